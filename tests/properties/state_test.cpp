// What holds in every state that can be reached.
#include "each_step.hpp"
#include "support/soundness.hpp"

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

}  // namespace

TEST_CASE("the same inputs give the same step") {
  for_each_step(300, 200,
                [](const Conversation& before, const Event& event, const Policy& policy, Instant now,
                   const Step& decided) { return same(step(before, event, policy, now), decided); });
}

TEST_CASE("every state the core makes is sound: it holds together, and the policy's limits bound it") {
  for_each_step(600, 300, [](const auto&, const auto&, const Policy& policy, Instant, const Step& decided) {
    const char* wrong = test_support::unsound(decided.next, policy);
    INFO(wrong);
    CHECK(wrong == nullptr);
    return wrong == nullptr;
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

TEST_CASE("news of the account concerns only chats that await it") {
  int unconcerned = 0;
  int concerned = 0;
  for_each_step(300, 200, [&](const auto&, const auto&, Policy policy, Instant now, const Step& decided) {
    const auto deadline = next_deadline(decided.next);
    if (deadline && *deadline <= now) return true;  // it may begin a text that waits
    const bool connected = policy.account == AccountState::connected;
    policy.account = connected ? AccountState::removed : AccountState::connected;
    const auto rules = step(decided.next, AccountChanged{}, policy, now).outcome.rules;
    const bool told_for_nothing = !rules.empty() && rules.front() == "7/+14";
    ++(told_for_nothing ? unconcerned : concerned);
    return told_for_nothing || awaits_account(decided.next);
  });
  CHECK(unconcerned > 1'000);
  CHECK(concerned > 1'000);
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
