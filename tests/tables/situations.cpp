#include "core/table_names.hpp"
#include "situation_builders.hpp"
#include "situation_parts.hpp"

#include <functional>

#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore::tables {
namespace {

template <class Column>
std::string word(Column value) {
  return std::string(detail::kNames<Column>[static_cast<std::size_t>(value)]);
}

template <class Action, class... Columns, std::size_t N, std::size_t... I>
void add_all(std::vector<Case>& cases, const std::string& name, const Row<Action, Columns...> (&table)[N],
             const std::function<Maybe(Columns...)>& build, std::index_sequence<I...>) {
  constexpr std::size_t kSizes[] = {kColumnSize<Columns>...};
  constexpr std::size_t kTotal = (kColumnSize<Columns> * ...);
  for (std::size_t n = 0; n < kTotal; ++n) {
    std::size_t values[sizeof...(Columns)] = {};
    // The last column changes fastest: phases of one situation stand together.
    for (std::size_t column = sizeof...(Columns), rest = n; column-- > 0;) {
      values[column] = rest % kSizes[column];
      rest /= kSizes[column];
    }
    Maybe made = build(static_cast<Columns>(values[I])...);
    if (!made) continue;
    std::string label;
    ((label += (label.empty() ? "" : ", ") + word(static_cast<Columns>(values[I]))), ...);
    const auto& row = find_row(table, static_cast<Columns>(values[I])...);
    cases.push_back({name, label, std::string(row.id), std::move(*made)});
  }
}

template <class Action, class... Columns, std::size_t N>
void add(std::vector<Case>& cases, const std::string& name, const Row<Action, Columns...> (&table)[N],
         const std::type_identity_t<std::function<Maybe(Columns...)>>& build) {
  add_all(cases, name, table, build, std::index_sequence_for<Columns...>{});
}

// The agent was switched off while a link to it was wanted.
void add_agent_gone(std::vector<Case>& cases) {
  for (const Phase phase : {Phase::ai, Phase::queued}) {
    const std::string row = phase == Phase::ai ? "8.3/3" : "8.3/+33";
    for (const DeadlineKind kind : {DeadlineKind::reconnect, DeadlineKind::buffer}) {
      Situation s = *deadline(kind, AccountState::connected, phase);
      s.policy.agent.reset();
      cases.push_back({"agent gone", word(kind) + ", " + word(phase), row, s});
    }
    Situation s = with_agent(phase);
    s.policy.agent.reset();
    ask(s);
    s.event = Recovered{};
    cases.push_back({"agent gone", "recovered, " + word(phase), row, s});
  }
}

// Close and reopen look at the chat alone; what they do depends on the phase.
void add_of_chat(std::vector<Case>& cases, const std::string& name, const Row<CommandAction, Closed> (&table)[2],
                 const Event& event) {
  for (int n = 0; n < 6; ++n) {
    const auto phase = static_cast<Phase>(n);
    for (const Closed closed : {Closed::no, Closed::yes}) {
      Maybe made = of_chat(closed, phase, event);
      if (!made) continue;
      cases.push_back({name, word(closed) + ", " + word(phase), std::string(find_row(table, closed).id), *made});
    }
  }
}

// Which phases have a deadline is no matter of its table; what it leads to depends on the phase.
void add_deadlines(std::vector<Case>& cases) {
  for (std::size_t n = 0; n < kColumnSize<DeadlineKind> * kColumnSize<AccountState> * kColumnSize<Phase>; ++n) {
    const auto phase = static_cast<Phase>(n % kColumnSize<Phase>);
    const auto account = static_cast<AccountState>(n / kColumnSize<Phase> % kColumnSize<AccountState>);
    const auto kind = static_cast<DeadlineKind>(n / kColumnSize<Phase> / kColumnSize<AccountState>);
    Maybe made = deadline(kind, account, phase);
    if (!made) continue;
    const std::string label = word(kind) + ", " + word(account) + ", " + word(phase);
    cases.push_back({"deadline", label, std::string(find_row(kDeadlineTable, kind, account).id), *made});
  }
}

}  // namespace

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  add(cases, "contact_message", kContactMessageTable, contact);
  add(cases, "self_message", kSelfMessageTable, self);
  add(cases, "take_over", kTakeOverTable, take_over);
  add(cases, "release", kReleaseTable, release);
  add_of_chat(cases, "close", kCloseTable, Close{UserId("u1")});
  add_of_chat(cases, "reopen", kReopenTable, Reopen{UserId("u1")});
  add(cases, "send_text", kSendTextTable, send_text);
  add_deadlines(cases);
  add(cases, "queued_retry", kQueuedRetryTable, queued_retry);
  add(cases, "ambiguous_send", kAmbiguousSendTable, ambiguous);
  add(cases, "link", kLinkTable, link);
  add(cases, "reply", kReplyTable, reply);
  add(cases, "send_result", kSendResultTable, send_result);
  add(cases, "waiting_send", kWaitingSendTable, waiting_send);
  add(cases, "no_room", kNoRoomTable, no_room);
  add(cases, "overflow", kOverflowTable, overflow);
  add(cases, "link_use", kLinkUseTable, link_use);
  add(cases, "fallback", kFallbackTable, fallback);
  add(cases, "give_up", kGiveUpTable, give_up);
  add(cases, "rest_of_answer", kRestOfAnswerTable, rest_of_answer);
  add(cases, "echo_bound", kEchoBoundTable, echo_bound);
  using namespace std::placeholders;
  add(cases, "turn, at the end of the grace period", kTurnTable, std::bind(turn, Due::grace, _1, _2));
  add(cases, "turn, at the end of a burst", kTurnTable, std::bind(turn, Due::buffer, _1, _2));
  add(cases, "turn, at the end of a burst in the queue", kTurnTable, std::bind(turn, Due::buffer_in_queue, _1, _2));
  add(cases, "turn, after an answer", kTurnTable, std::bind(turn, Due::answer, _1, _2));
  add(cases, "turn, after an outage", kTurnTable, std::bind(turn, Due::queued_retry, _1, _2));
  add(cases, "turn, handed back", kTurnTable, std::bind(turn, Due::release, _1, _2));
  add_agent_gone(cases);
  add(cases, "fact", kFactTable, fact);
  return cases;
}

}  // namespace sessioncore::tables
