#include "metrics/chat_metrics.hpp"

#include "metrics/families.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <utility>

#include <sessioncore/core/rules.hpp>

namespace sessioncore::server {

namespace {

constexpr std::size_t kClosedChats = 6;  // the place after the phases
constexpr std::string_view kLinkStages[] = {"closed", "opening", "ready", "backing_off"};
constexpr std::string_view kLinkLosses[] = {"clean", "failed", "refused", "busy", "timed_out"};
constexpr std::size_t kTimedOut = 4;
constexpr std::string_view kSendResults[] = {"retryable", "permanent", "disconnected",
                                             "ambiguous", "withdrawn", "sent"};
constexpr std::size_t kSent = std::size(kSendResults) - 1;  // behind the failures

enum class TurnResult { answered, lost, given_up, abandoned };
constexpr std::string_view kTurnResults[] = {"answered", "lost", "given_up", "abandoned"};

const Buckets kTurnBuckets = {0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120};
const Buckets kLagBuckets = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600};

/// The names of an enumeration that counts from 0: the first number without a name ends it.
template <class Enumeration>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  for (int n = 0;; ++n) {
    const std::string_view name = to_string(static_cast<Enumeration>(n));
    if (name.empty()) return names;
    names.push_back(name);
  }
}

template <std::size_t... I>
std::vector<std::string_view> event_names(std::index_sequence<I...>) {
  return {name_of(Event(std::in_place_index<I>))...};
}

template <class Metric, class Names>
std::vector<Metric*> all_of(Family<Metric>& family, const char* label, const Names& names) {
  std::vector<Metric*> series;
  for (const std::string_view name : names) series.push_back(&labelled(family, label, name));
  return series;
}

std::size_t place_of(const Conversation& state) {
  return state.closed ? kClosedChats : static_cast<std::size_t>(phase_of(state));
}

const Turn* turn_of(const Conversation& state) {
  const AgentWork* work = nullptr;
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) work = &ai->work;
  if (const auto* queued = std::get_if<Queued>(&state.phase)) work = &queued->work;
  return work != nullptr && work->turn ? &*work->turn : nullptr;
}

bool is_asked(const Turn* turn) {
  return turn != nullptr && turn->stage == TurnStage::asked;
}

double seconds(Duration duration) {
  return std::max(0.0, static_cast<double>(duration.count()) / 1000);
}

bool was_handed_over_before(const Conversation& state, MessageNumber message) {
  return std::any_of(state.sends.begin(), state.sends.end(),
                     [&](const Send& send) { return send.message == message && send.since.ms != 0; });
}

}  // namespace

struct ChatMetrics::Series {
  explicit Series(prometheus::Registry& registry);
  void add_rules(prometheus::Registry& registry);

  void count_rules(const Commit& commit);
  void count_outcome(const Commit& commit);
  void count_event(const Commit& commit);
  void count_records(const Commit& commit);
  void count_effects(const Commit& commit);
  void move_gauges(const Commit& commit);

  /// What else a row tells besides that it applied.
  struct Row {
    Counter* applied = nullptr;
    std::optional<TurnResult> turn;
    bool timed_out = false;
  };
  std::unordered_map<std::string_view, Row> rows;
  std::vector<std::vector<Counter*>> outcomes;  // by event and verdict
  std::vector<Counter*> reasons;
  std::vector<Gauge*> chats;  // by phase, then the closed ones
  std::vector<Gauge*> links;  // by stage; none for closed ones
  Gauge* waiting_turns;
  std::vector<Counter*> turns;
  Histogram* turn_seconds;
  std::vector<Counter*> link_losses;
  std::vector<Counter*> sends;
  Counter* send_retries;
  std::vector<Counter*> suppressed;  // by reason; null where none is stored
  Counter* withdrawn;
  std::vector<Counter*> notices;
  Histogram* deadline_lag;
};

ChatMetrics::Series::Series(prometheus::Registry& registry) {
  add_rules(registry);
  auto& by_outcome = counters(registry, "sessiond_outcomes_total", "Events by what became of them.");
  const auto verdicts = names_of<Verdict>();
  for (const std::string_view event : event_names(std::make_index_sequence<std::variant_size_v<Event>>())) {
    auto& row = outcomes.emplace_back();
    for (const std::string_view verdict : verdicts) {
      row.push_back(&by_outcome.Add({{"event", std::string(event)}, {"verdict", std::string(verdict)}}));
    }
  }
  const auto reason_names = names_of<Reason>();
  reasons = all_of(counters(registry, "sessiond_reasons_total",
                            "Why events were ignored and commands rejected; none: they were not."),
                   "reason", reason_names);
  auto phase_names = names_of<Phase>();
  phase_names.emplace_back("closed");
  chats = all_of(gauges(registry, "sessiond_chats", "Chats by the phase they are in; closed ones apart."), "phase",
                 phase_names);
  auto& by_stage = gauges(registry, "sessiond_agent_links", "Links to the agent by their stage.");
  for (const std::string_view stage : kLinkStages) {
    links.push_back(stage == "closed" ? nullptr : &labelled(by_stage, "state", stage));
  }
  waiting_turns = &gauge(registry, "sessiond_ai_turns_waiting", "Questions that wait for the agent's answer.");
  turns = all_of(counters(registry, "sessiond_ai_turns_total", "Turns of the agent by how they went."), "result",
                 kTurnResults);
  turn_seconds = &histogram(registry, "sessiond_ai_turn_seconds", "From the question to its answer.", kTurnBuckets);
  link_losses = all_of(counters(registry, "sessiond_link_losses_total", "Links to the agent that were lost, and how."),
                       "loss", kLinkLosses);
  sends = all_of(counters(registry, "sessiond_sends_total", "Attempts to send by what the channel reported."), "result",
                 kSendResults);
  send_retries = &counter(registry, "sessiond_send_retries_total", "Messages handed to the channel once more.");
  auto& by_why = counters(registry, "sessiond_replies_suppressed_total", "Texts of the agent that were not sent.");
  suppressed.resize(reason_names.size());
  for (const Reason why : {Reason::stale_link, Reason::outside_ai_phase, Reason::unsolicited_reply}) {
    suppressed[static_cast<std::size_t>(why)] = &labelled(by_why, "why", to_string(why));
  }
  withdrawn = &labelled(by_why, "why", "withdrawn");
  notices =
      all_of(counters(registry, "sessiond_notices_total", "What people should look at."), "notice", names_of<Notice>());
  deadline_lag =
      &histogram(registry, "sessiond_deadline_lag_seconds", "How late deadlines were acted upon.", kLagBuckets);
}

void ChatMetrics::Series::add_rules(prometheus::Registry& registry) {
  auto& decisions =
      counters(registry, "sessiond_decisions_total", "Decisions by the row of the tables that made them.");
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) {
      Row row;
      row.applied = &labelled(decisions, "rule", rule.id);
      if (rule.action == "answer") row.turn = TurnResult::answered;
      if (rule.action == "retry_turn") row.turn = TurnResult::lost;
      if (rule.action == "give_up_turn") row.turn = TurnResult::given_up;
      row.timed_out = rule.action == "lose_link";
      rows.emplace(rule.id, row);
    }
  }
}

void ChatMetrics::Series::count_rules(const Commit& commit) {
  bool settled = false;
  for (const std::string_view id : commit.decision.outcome.rules) {
    const auto at = rows.find(id);
    if (at == rows.end()) continue;
    const Row& row = at->second;
    row.applied->Increment();
    if (row.timed_out) link_losses[kTimedOut]->Increment();
    if (!row.turn) continue;
    turns[static_cast<std::size_t>(*row.turn)]->Increment();
    settled = settled || *row.turn != TurnResult::lost;
    if (*row.turn != TurnResult::answered || !commit.before) continue;
    // Asking is what the agent's last interaction was, as long as the question is open.
    const auto& asked_at = commit.before->session.agent_last_interaction_at;
    if (asked_at) turn_seconds->Observe(seconds(commit.decision.at - *asked_at));
  }
  const bool ended = commit.before && turn_of(*commit.before) != nullptr && turn_of(commit.state) == nullptr;
  if (ended && !settled) turns[static_cast<std::size_t>(TurnResult::abandoned)]->Increment();
}

void ChatMetrics::Series::count_outcome(const Commit& commit) {
  const Outcome& outcome = commit.decision.outcome;
  outcomes[commit.decision.event.index()][static_cast<std::size_t>(outcome.verdict)]->Increment();
  reasons[static_cast<std::size_t>(outcome.reason)]->Increment();
}

void ChatMetrics::Series::count_event(const Commit& commit) {
  const Event& event = commit.decision.event;
  if (const auto* closed = std::get_if<LinkClosed>(&event)) {
    // The end of a link that was given up before is no loss.
    if (commit.decision.outcome.reason == Reason::stale_link) return;
    return link_losses[static_cast<std::size_t>(closed->loss)]->Increment();
  }
  if (std::holds_alternative<SendSucceeded>(event)) return sends[kSent]->Increment();
  if (const auto* failed = std::get_if<SendFailed>(&event)) {
    return sends[static_cast<std::size_t>(failed->failure)]->Increment();
  }
  if (!std::holds_alternative<Tick>(event) || !commit.before) return;
  if (const auto due = next_deadline(*commit.before)) deadline_lag->Observe(seconds(commit.decision.at - *due));
}

void ChatMetrics::Series::count_records(const Commit& commit) {
  for (const Record& record : commit.records) {
    if (const auto* recorded = std::get_if<MessageRecorded>(&record)) {
      Counter* why = suppressed[static_cast<std::size_t>(commit.decision.outcome.reason)];
      if (recorded->delivery == Delivery::suppressed && why != nullptr) why->Increment();
    } else if (const auto* updated = std::get_if<MessageUpdated>(&record)) {
      if (updated->delivery == Delivery::suppressed) withdrawn->Increment();
    }
  }
}

void ChatMetrics::Series::count_effects(const Commit& commit) {
  for (const Effect& effect : commit.decision.effects) {
    if (const auto* notify = std::get_if<Notify>(&effect)) {
      notices[static_cast<std::size_t>(notify->notice)]->Increment();
    } else if (const auto* send = std::get_if<SendMessage>(&effect)) {
      if (commit.before && was_handed_over_before(*commit.before, send->send.message)) send_retries->Increment();
    }
  }
}

void ChatMetrics::Series::move_gauges(const Commit& commit) {
  const auto move = [](Gauge* from, Gauge* to) {
    if (from == to) return;
    if (from != nullptr) from->Decrement();
    if (to != nullptr) to->Increment();
  };
  const auto* before = commit.before ? &*commit.before : nullptr;
  move(before != nullptr ? chats[place_of(*before)] : nullptr, chats[place_of(commit.state)]);
  move(before != nullptr ? links[static_cast<std::size_t>(before->link.stage)] : nullptr,
       links[static_cast<std::size_t>(commit.state.link.stage)]);
  const bool waited = before != nullptr && is_asked(turn_of(*before));
  move(waited ? waiting_turns : nullptr, is_asked(turn_of(commit.state)) ? waiting_turns : nullptr);
}

ChatMetrics::ChatMetrics(prometheus::Registry& registry) : series_(std::make_unique<Series>(registry)) {}
ChatMetrics::~ChatMetrics() = default;

void ChatMetrics::begin_with(const sqlite::Census& census) {
  for (std::size_t phase = 0; phase < census.chats.size(); ++phase) {
    series_->chats[phase]->Set(static_cast<double>(census.chats[phase]));
  }
  series_->chats[kClosedChats]->Set(static_cast<double>(census.closed));
  for (std::size_t stage = 0; stage < census.links.size(); ++stage) {
    if (series_->links[stage] != nullptr) series_->links[stage]->Set(static_cast<double>(census.links[stage]));
  }
  series_->waiting_turns->Set(static_cast<double>(census.asked_turns));
}

void ChatMetrics::committed(const Commit& commit) {
  series_->count_rules(commit);
  series_->count_outcome(commit);
  series_->count_event(commit);
  series_->count_records(commit);
  series_->count_effects(commit);
  series_->move_gauges(commit);
}

}  // namespace sessioncore::server
