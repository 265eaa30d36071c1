// What holds in every state that can be reached.
#include "each_step.hpp"

#include <algorithm>
#include <set>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/json.hpp>

using namespace sessioncore;
using test_support::for_each_step;
using test_support::RandomChat;

namespace {

bool same(const Step& a, const Step& b) {
  return a.next == b.next && a.records == b.records && a.effects == b.effects && a.outcome == b.outcome;
}

template <class Value, class Read>
bool survives_json(const Value& value, Read read) {
  const std::string text = json::write(value);
  const auto back = read(text);
  return back.has_value() && *back == value && json::write(*back) == text;
}

const AgentWork* work_of(const Conversation& state) {
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) return &ai->work;
  if (const auto* queued = std::get_if<Queued>(&state.phase)) return &queued->work;
  return nullptr;
}

bool turn_is_sound(const Conversation& state) {
  const AgentWork* work = work_of(state);
  if (work == nullptr) return state.link.stage == LinkStage::closed;
  if (!work->turn) return true;
  if (work->turn->batch > state.pending.size()) return false;
  if (work->turn->stage == TurnStage::unasked) return true;
  return state.link.stage == LinkStage::ready && state.link.questions > 0;
}

bool link_is_sound(const Conversation& state) {
  return state.link.stage != LinkStage::ready || state.session.agent_last_interaction_at.has_value();
}

// Kept for the account, behind others, or out already: that has no deadline. Only the first in line can have one.
bool sends_are_sound(const Conversation& state) {
  const auto with_deadline =
      std::count_if(state.sends.begin(), state.sends.end(), [](const Send& send) { return send.deadline.has_value(); });
  return with_deadline <= 1;
}

std::size_t performing(const Conversation& state) {
  return static_cast<std::size_t>(std::count_if(state.sends.begin(), state.sends.end(),
                                                [](const Send& send) { return send.stage == SendStage::performing; }));
}

}  // namespace

TEST_CASE("the same inputs give the same step") {
  for_each_step(300, 200,
                [](const Conversation& before, const Event& event, const Policy& policy, Instant now,
                   const Step& decided) { return same(step(before, event, policy, now), decided); });
}

TEST_CASE("what the core takes for granted holds in every state it makes") {
  for_each_step(300, 200, [](const Conversation&, const Event&, const Policy&, Instant, const Step& decided) {
    return turn_is_sound(decided.next) && link_is_sound(decided.next) && sends_are_sound(decided.next);
  });
}

TEST_CASE("P2: the same message again changes nothing but what time would have changed") {
  int repeated = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    RandomChat chat(seed);
    for (int n = 0; n < 200; ++n) {
      Event event = chat.next_event();
      chat.give(event);
      const auto* contact = std::get_if<ContactMessage>(&event);
      const auto* self = std::get_if<SelfMessage>(&event);
      if ((contact == nullptr || contact->provider_id.empty()) && (self == nullptr || self->provider_id.empty()))
        continue;
      chat.complete(event);
      const bool known = contact != nullptr ? contact->known.has_value() : self->known.has_value();
      if (!known) continue;  // it was discarded: nothing was stored under this id
      const Conversation before = step(chat.state(), Tick{}, chat.policy(), chat.now()).next;
      const Step again = step(before, event, chat.policy(), chat.now());
      REQUIRE(again.next == before);
      REQUIRE(again.records.empty());
      REQUIRE(again.effects.empty());
      REQUIRE(again.outcome.verdict == Verdict::ignored);
      ++repeated;
    }
  }
  CHECK(repeated > 5'000);
}

TEST_CASE("rejected commands change nothing") {
  int rejected = 0;
  for_each_step(
      300, 200,
      [&](const Conversation& before, const Event& event, const Policy& policy, Instant now, const Step& decided) {
        if (decided.outcome.verdict != Verdict::rejected) return true;
        ++rejected;
        static_cast<void>(event);
        // Time has changed something, or the account.
        if (step(before, Tick{}, policy, now).outcome.verdict == Verdict::accepted) return true;
        return decided.next == before && decided.records.empty() && decided.effects.empty() &&
               decided.outcome.reason != Reason::none;
      });
  CHECK(rejected > 500);
}

TEST_CASE("every state, event, policy, record, effect and outcome survives JSON") {
  for_each_step(60, 200, [](const auto&, const Event& event, const Policy& policy, Instant, const Step& decided) {
    return survives_json(decided.next, json::read_conversation) && survives_json(event, json::read_event) &&
           survives_json(policy, json::read_policy) && survives_json(decided.effects, json::read_effects) &&
           survives_json(decided.outcome, json::read_outcome) &&
           std::all_of(decided.records.begin(), decided.records.end(),
                       [](const Record& record) { return survives_json(record, json::read_record); });
  });
}

TEST_CASE("the state is bounded by the policy's limits") {
  for_each_step(300, 400, [](const auto&, const auto&, const Policy& policy, Instant, const Step& decided) {
    const Conversation& state = decided.next;
    return state.pending.size() <= policy.pending_messages_max && state.answers.size() <= policy.sends_max + 1 &&
           state.sends.size() <= 2 * policy.sends_max + 32 &&
           state.turn_starts.size() <= policy.ai_turns_per_hour_max &&
           state.link.answered_digests.size() <= policy.sends_max + 1;
  });
}

TEST_CASE("what belongs together is together") {
  for_each_step(600, 200, [](const auto&, const auto&, const auto&, const auto&, const Step& decided) {
    const Conversation& state = decided.next;
    const auto* ai = std::get_if<AiActive>(&state.phase);
    const auto* queued = std::get_if<Queued>(&state.phase);
    const AgentWork* work = ai != nullptr ? &ai->work : queued != nullptr ? &queued->work : nullptr;
    if (work == nullptr && state.link.stage != LinkStage::closed) return false;  // P3: no link but the agent's
    if (state.closed && has_active_session(state)) return false;
    if (work != nullptr && work->turn && work->turn->batch > state.pending.size()) return false;
    if (work != nullptr && work->turn && state.link.stage == LinkStage::closed) return false;
    if (!has_active_session(state) && !(state.pending.empty() && state.answers.empty())) return false;
    return performing(state) <= 1;  // one text after the other
  });
}

TEST_CASE("P3: the agent's texts go out only while the conversation is the agent's or wanted from a human") {
  int sent = 0;
  for_each_step(600, 200, [&](const auto&, const auto&, const auto&, const auto&, const Step& decided) {
    for (const Effect& effect : decided.effects) {
      const auto* send = std::get_if<SendMessage>(&effect);
      if (send == nullptr) continue;
      const auto at = std::find_if(decided.next.sends.begin(), decided.next.sends.end(),
                                   [&](const Send& each) { return each.message == send->send.message; });
      if (at == decided.next.sends.end() || at->stage != SendStage::performing) return false;
      const Phase phase = phase_of(decided.next);
      if (at->author == Author::ai && phase != Phase::ai && phase != Phase::queued) return false;
      ++sent;
    }
    return true;
  });
  CHECK(sent > 1'000);
}

TEST_CASE("P8: every decision names rows that exist, and messages are numbered without a gap") {
  for_each_step(300, 200,
                [](const Conversation& before, const Event& event, const auto&, const auto&, const Step& decided) {
                  const bool tick = std::holds_alternative<Tick>(event);
                  if (!tick && decided.outcome.rules.empty()) return false;
                  for (const auto id : decided.outcome.rules) {
                    if (find_rule(id) == nullptr) return false;
                  }
                  MessageNumber next = before.message_count;
                  for (const Record& record : decided.records) {
                    const auto* added = std::get_if<MessageRecorded>(&record);
                    if (added != nullptr && added->number != ++next) return false;
                    const auto* changed = std::get_if<MessageUpdated>(&record);
                    if (changed != nullptr && (changed->number == 0 || changed->number > next)) return false;
                  }
                  const std::uint64_t version = before.version + (decided.next == before ? 0 : 1);
                  return next == decided.next.message_count && decided.next.version == version;
                });
}
