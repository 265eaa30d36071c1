#include "core/agent_link.hpp"
#include "core/agent_turns.hpp"
#include "core/answers.hpp"
#include "core/classify.hpp"
#include "core/commands.hpp"
#include "core/deadlines.hpp"
#include "core/sends.hpp"
#include "core/sessions.hpp"

#include <algorithm>

#include <sessioncore/assert.hpp>
#include <sessioncore/core/step.hpp>

namespace sessioncore {
namespace {

using namespace detail;

// Hands each event to the table that decides on it.
struct Dispatch {
  Draft& draft;
  const Event& event;

  void operator()(const ContactMessage& message) const { on_contact_message(draft, message); }
  void operator()(const SelfMessage& message) const { on_self_message(draft, message); }
  void operator()(const MessageEdited& edit) const { about_message(FactKind::edited, edit.known); }
  void operator()(const MessageDeleted& deletion) const { about_message(FactKind::deleted, deletion.known); }
  void operator()(const DeliveryReport& report) const { about_message(report_kind_of(report), report.known); }
  void operator()(const LinkReady& ready) const { on_link_ready(draft, ready); }
  void operator()(const AgentReplied& reply) const { on_agent_replied(draft, reply); }
  void operator()(const AgentToolCalled& call) const { on_tool_called(draft, call); }
  void operator()(const LinkClosed& closed) const { on_link_closed(draft, closed); }
  void operator()(const SendSucceeded& result) const { on_send_succeeded(draft, result); }
  void operator()(const SendFailed& result) const { on_send_failed(draft, result); }
  void operator()(const HandoffRequested&) const { about_chat(handoff_kind_of(draft)); }
  void operator()(const BlacklistChanged&) const {
    about_chat(draft.policy.blacklisted ? FactKind::blacklisted : FactKind::unblacklisted);
  }
  void operator()(const AccountChanged&) const { about_chat(account_kind_of(draft)); }
  void operator()(const Tick&) const {}  // its deadlines have run before
  void operator()(const Recovered&) const { about_chat(FactKind::recovered); }
  void operator()(const TakeOver& command) const { on_take_over(draft, command); }
  void operator()(const Release& command) const { on_release(draft, command); }
  void operator()(const Close& command) const { on_close(draft, command); }
  void operator()(const Reopen& command) const { on_reopen(draft, command); }
  void operator()(const SendText& command) const { on_send_text(draft, command); }

 private:
  void about_message(FactKind kind, const std::optional<MessageNumber>& message) const {
    fact(kind, message ? Known::yes : Known::no);
  }
  // Every chat is known: no row about one looks at that column.
  void about_chat(FactKind kind) const { fact(kind, Known::yes); }
  void fact(FactKind kind, Known known) const {
    on_fact(draft, draft.apply(find_row(kFactTable, kind, known, draft.phase())), event);
  }
};

// Deadlines up to this moment run before the event. What a person wrote or asked for happened at its own time, and a
// person wins a tie (P4, R4).
struct RunsBefore {
  Instant now;

  static constexpr Duration kInstant = Duration(1);
  Instant operator()(const ContactMessage& message) const { return provider_time(message, now) - kInstant; }
  Instant operator()(const SelfMessage& message) const { return provider_time(message, now) - kInstant; }
  Instant operator()(const TakeOver&) const { return now - kInstant; }
  Instant operator()(const Release&) const { return now - kInstant; }
  Instant operator()(const Close&) const { return now - kInstant; }
  Instant operator()(const Reopen&) const { return now - kInstant; }
  Instant operator()(const SendText&) const { return now - kInstant; }
  template <class Other>
  Instant operator()(const Other&) const {
    return now;
  }
};

void finish(Draft& draft, const Conversation& before) {
  pump_sends(draft);
  ask_what_is_lost(draft);
  bound_pending(draft);
  forget_answers(draft);
  Conversation& next = draft.state();
  if (work_of(before) != nullptr && work_of(next) == nullptr) recall_sends(draft);
  if (draft.session_dirty && has_active_session(next)) draft.record(session_row(next));
  if (next == before) return;
  ++next.version;
  next.last_step_at = draft.now;
}

}  // namespace

Step step(const Conversation& state, const Event& event, const Policy& policy, Instant now) {
  SESSIONCORE_ASSERT(now >= state.last_step_at, "step: now lies before the previous step of this chat");
  Draft draft(state, policy, now);
  run_deadlines(draft, std::visit(RunsBefore{now}, event));
  draft.out.outcome.message = 0;  // a deadline may have recorded a message; the caller asks about the event's
  std::visit(Dispatch{draft, event}, event);
  finish(draft, state);
  if (std::holds_alternative<Tick>(event) && draft.out.outcome.rules.empty()) draft.ignore(Reason::nothing_due);
  return std::move(draft.out);
}

}  // namespace sessioncore
