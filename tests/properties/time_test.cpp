// The laws of time (docs/ARCHITECTURE.md, "Time").
#include "each_step.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <sessioncore/json.hpp>

using namespace sessioncore;
using test_support::for_each_step;
using test_support::RandomChat;

namespace {

bool changes_nothing(const Conversation& before, const Step& decided) {
  return decided.next == before && decided.records.empty() && decided.effects.empty();
}

bool is_due(const Conversation& state, Instant now) {
  const auto deadline = next_deadline(state);
  return deadline && *deadline <= now;
}

bool hands_over(const Step& decided) {
  return std::any_of(decided.effects.begin(), decided.effects.end(),
                     [](const Effect& effect) { return std::holds_alternative<SendMessage>(effect); });
}

// Persons come before the deadlines that fall on their moment or were not acted on since (R4).
bool written_by_a_person(const Event& event) {
  return std::holds_alternative<ContactMessage>(event) || std::holds_alternative<SelfMessage>(event) ||
         std::holds_alternative<TakeOver>(event) || std::holds_alternative<Release>(event) ||
         std::holds_alternative<Close>(event) || std::holds_alternative<Reopen>(event) ||
         std::holds_alternative<SendText>(event);
}

}  // namespace

TEST_CASE("a tick with nothing due changes nothing") {
  int quiet = 0;
  for_each_step(300, 200, [&](const auto&, const auto&, const Policy& policy, Instant now, const Step& decided) {
    if (is_due(decided.next, now)) return true;
    ++quiet;
    const Step ticked = step(decided.next, Tick{}, policy, now);
    return changes_nothing(decided.next, ticked) && ticked.outcome.verdict == Verdict::ignored &&
           ticked.outcome.reason == Reason::nothing_due;
  });
  CHECK(quiet > 10'000);
}

TEST_CASE("a tick with something due does something, and leaves nothing due") {
  int busy = 0;
  for_each_step(300, 200, [&](const auto&, const auto&, const Policy& policy, Instant now, const Step& decided) {
    if (!is_due(decided.next, now)) return true;
    ++busy;
    const Step ticked = step(decided.next, Tick{}, policy, now);
    return !changes_nothing(decided.next, ticked) && !is_due(ticked.next, now) &&
           ticked.outcome.verdict == Verdict::accepted;
  });
  CHECK(busy > 1'000);
}

TEST_CASE("two ticks equal one") {
  for_each_step(300, 200, [](const auto&, const auto&, const Policy& policy, Instant now, const Step& decided) {
    const Step once = step(decided.next, Tick{}, policy, now);
    return changes_nothing(once.next, step(once.next, Tick{}, policy, now));
  });
}

TEST_CASE("an event finds the deadlines run, as if a tick had come before it (R4 aside)") {
  int with_deadlines = 0;
  for_each_step(
      600, 200,
      [&](const Conversation& before, const Event& event, const Policy& policy, Instant now, const Step& decided) {
        // A recovery comes before all else that a new process does, so a tick never does.
        if (written_by_a_person(event) || std::holds_alternative<Recovered>(event)) return true;
        const Step ticked = step(before, Tick{}, policy, now);
        if (ticked.outcome.verdict == Verdict::ignored) return true;
        // What a tick hands to the channel, the event of the same step may still stop (P3), and cannot be about.
        const Phase phase = phase_of(decided.next);
        const bool result = std::holds_alternative<SendSucceeded>(event) || std::holds_alternative<SendFailed>(event);
        if (hands_over(ticked) && (result || (phase != Phase::ai && phase != Phase::queued))) return true;
        ++with_deadlines;
        Step after = step(ticked.next, event, policy, now);
        // Two steps count as two.
        after.next.version = decided.next.version;
        return after.next == decided.next;
      });
  CHECK(with_deadlines > 500);
}

TEST_CASE("R4: what a person wrote or did before a deadline, or at its moment, comes before it") {
  int early = 0;
  for_each_step(600, 200,
                [&](const Conversation& before, const Event& event, const Policy&, Instant now, const Step& decided) {
                  const auto deadline = next_deadline(before);
                  if (!written_by_a_person(event) || !deadline || *deadline > now) return true;
                  Instant at = now;
                  const auto written = [&](const InboundMessage& message) {
                    at = message.provider_time.ms <= 0 ? now : std::min(now, message.provider_time);
                  };
                  if (const auto* contact = std::get_if<ContactMessage>(&event)) written(*contact);
                  if (const auto* self = std::get_if<SelfMessage>(&event)) written(*self);
                  if (at > *deadline) return true;
                  ++early;
                  // The first rule is the event's own: no deadline ran.
                  return decided.outcome.rules.front().rfind("13.", 0) != 0;
                });
  CHECK(early > 300);
}

namespace {

// A deadline, and what a policy says about when it comes.
struct Wait {
  std::string_view row;
  std::vector<Duration Policy::*> lengths;
};

const Wait kWaits[] = {
    {"13.1/1", {&Policy::grace_period}},
    {"13.1/2", {&Policy::message_buffer, &Policy::message_buffer_max}},
    {"13.1/3", {&Policy::link_idle_timeout}},
    {"13.1/5", {&Policy::ai_inactivity, &Policy::human_inactivity, &Policy::queued_inactivity}},
    {"13.1/6", {&Policy::reconnect_base, &Policy::busy_base}},
    {"13.4/1", {&Policy::link_init_timeout}},
    {"13.4/+1", {&Policy::greeting_wait}},
    {"13.4/+2", {&Policy::reply_timeout}},
    {"13.1/+1", {&Policy::handoff_farewell}},
    {"13.1/+2", {&Policy::queued_retry}},
    {"13.1/+3", {&Policy::send_retry_base, &Policy::account_retry}},
    {"13.1/+4", {&Policy::ambiguous_send_wait}},
};

// How often the row decides in random chats in which its waits are that long; -1: a state that cannot be stored.
int times_it_is_over(const Wait& wait, std::optional<Duration> length) {
  int over = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    RandomChat chat(seed);
    for (const auto member : wait.lengths) chat.policy().*member = length.value_or(chat.policy().*member);
    for (int n = 0; n < 120; ++n) {
      const Event event = chat.next_event();
      const Step decided = chat.give(event);
      const auto& rules = decided.outcome.rules;
      over += static_cast<int>(std::count(rules.begin(), rules.end(), wait.row));
    }
    const auto read = json::read_conversation(json::write(chat.state()));
    if (!read || *read != chat.state() || !json::read_policy(json::write(chat.policy()))) return -1;
  }
  return over;
}

}  // namespace

TEST_CASE("a wait for ever is never over, and longer ones are not over at once") {
  for (const Wait& wait : kWaits) {
    CAPTURE(std::string(wait.row));
    CHECK(times_it_is_over(wait, std::nullopt) > 0);
    CHECK(times_it_is_over(wait, kForever) == 0);
    CHECK(times_it_is_over(wait, Duration::max()) == 0);
  }
}

TEST_CASE("with a grace period for ever the agent is never asked by itself") {
  for (const Duration grace : {kForever, Duration::max()}) {
    for (const Instant now : {Instant{0}, Instant{1'700'000'000'000}, Instant{kForever.count() - 1}}) {
      Policy policy;
      policy.agent = AgentId("agent");
      policy.grace_period = grace;
      ContactMessage message;
      message.text = "hello";
      const Conversation state = step(Conversation{}, message, policy, now).next;
      REQUIRE(next_deadline(state).has_value());
      CHECK(*next_deadline(state) > now);
      CHECK(step(state, Tick{}, policy, now).outcome.reason == Reason::nothing_due);
    }
  }
}

TEST_CASE("a phase that may be silent for ever leaves the next one its whole time") {
  for (const Duration silence : {kForever, Duration::max()}) {
    Policy policy;
    policy.agent = AgentId("agent");
    policy.ai_inactivity = silence;
    ContactMessage message;
    message.text = "hello";
    const Instant asked = Instant{1'700'000'000'000} + policy.grace_period;
    Conversation state = step(Conversation{}, message, policy, asked - policy.grace_period).next;
    state = step(state, Tick{}, policy, asked).next;
    REQUIRE(phase_of(state) == Phase::ai);
    CHECK_FALSE(state.session.inactivity_deadline.has_value());
    // What an outage of the agent leads to does not end the silence (R13).
    state = step(state, LinkClosed{1, LinkLoss::refused, ""}, policy, asked).next;
    REQUIRE(phase_of(state) == Phase::queued);
    CHECK(state.session.inactivity_deadline == asked + policy.queued_inactivity);
  }
}

TEST_CASE("time never runs backwards in a chat") {
  for_each_step(300, 200, [](const Conversation& before, const auto&, const auto&, Instant now, const Step& decided) {
    return decided.next.last_step_at >= before.last_step_at && decided.next.last_step_at <= now;
  });
}

TEST_CASE("where the agent has something to do, a deadline will see to it") {
  for_each_step(600, 200, [](const auto&, const auto&, const auto&, const auto&, const Step& decided) {
    const Conversation& state = decided.next;
    const auto* ai = std::get_if<AiActive>(&state.phase);
    const auto* queued = std::get_if<Queued>(&state.phase);
    const AgentWork* work = ai != nullptr ? &ai->work : queued != nullptr ? &queued->work : nullptr;
    const bool waits = phase_of(state) == Phase::waiting ||
                       (work != nullptr && (work->turn || work->buffer_deadline)) ||
                       state.link.stage == LinkStage::backing_off;
    return !waits || next_deadline(state).has_value();
  });
}

TEST_CASE(
    "what waits to be sent is waiting for a result, for a deadline, or for the account, which a restart looks at") {
  int kept = 0;
  for_each_step(600, 200, [&](const auto&, const auto&, const Policy& policy, const auto&, const Step& decided) {
    const Conversation& state = decided.next;
    const auto any_send = [&](auto is) { return std::any_of(state.sends.begin(), state.sends.end(), is); };
    const bool waits = any_send([](const Send& send) {
      return send.stage == SendStage::queued || send.stage == SendStage::backing_off || send.stage == SendStage::held;
    });
    const bool performing = any_send([](const Send& send) { return send.stage == SendStage::performing; });
    const bool timed = any_send([](const Send& send) { return send.deadline.has_value(); });
    if (!waits || performing || timed) return true;
    ++kept;
    const bool away = policy.account == AccountState::disconnected || policy.account == AccountState::catching_up;
    return away && needs_recovery(state);
  });
  CHECK(kept > 100);
}

TEST_CASE("R21: nothing is handed to a channel whose account is away, and nothing is kept for one that is there") {
  int away = 0;
  for_each_step(600, 200, [&](const auto&, const auto&, const Policy& policy, const auto&, const Step& decided) {
    if (policy.account != AccountState::connected) {
      ++away;
      if (hands_over(decided)) return false;
    }
    return std::none_of(decided.next.sends.begin(), decided.next.sends.end(), [&](const Send& send) {
      const bool waits = send.stage == SendStage::queued || send.stage == SendStage::backing_off;
      const bool kept = send.stage == SendStage::held && !send.deadline;
      return policy.account == AccountState::connected ? kept : waits || (send.stage == SendStage::held && !kept);
    });
  });
  CHECK(away > 5'000);
}
