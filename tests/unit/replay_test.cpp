// A log proves itself, from its beginning or from anywhere; whatever is changed in it or beside it is found (P8).
#include "support/random_chat.hpp"

#include <algorithm>
#include <functional>

#include <doctest/doctest.h>

#include <sessioncore/engine/replay.hpp>
#include <sessioncore/testing/memory_store.hpp>

using namespace sessioncore;
using sessioncore::testing::MemoryStore;
using test_support::RandomChat;

namespace {

const ChatId kChat{"chat"};

// A log, and what a store made of it.
struct Logged {
  std::vector<Decision> decisions;
  std::vector<Conversation> states;  // before each decision
  Conversation state;
  std::vector<StoredMessage> messages;
  std::vector<SessionChanged> sessions;
};

Logged live(std::uint64_t seed, int events) {
  RandomChat chat(seed);
  MemoryStore store;
  Logged log;
  for (int n = 0; n < events; ++n) {
    Event event = chat.next_event();
    chat.complete(event);
    const Conversation before = chat.state();
    const auto policy = std::make_shared<const Policy>(chat.policy());
    const Instant now = std::max(chat.now(), before.last_step_at);
    Step decided = step(before, event, *policy, now);
    chat.give(event);
    REQUIRE(chat.state() == decided.next);
    if (decided.outcome.reason == Reason::nothing_due) continue;
    Commit commit;
    commit.facts.id = kChat;
    commit.facts_changed = log.decisions.empty();
    commit.expected_version = before.version;
    commit.state = decided.next;
    commit.records = decided.records;
    commit.decision = {now, policy, event, decided.outcome, phase_of(before), phase_of(decided.next), decided.effects};
    REQUIRE(store.commit({&commit, 1}).has_value());
    log.decisions.push_back(commit.decision);
    log.states.push_back(before);
  }
  log.state = chat.state();
  log.messages = store.all_messages(kChat);
  log.sessions = store.sessions(kChat);
  return log;
}

std::optional<ReplayDifference> replayed(const Logged& log, std::size_t from = 0) {
  Replay replay({from, from < log.states.size() ? log.states[from] : log.state});
  for (std::size_t n = from; n < log.decisions.size(); ++n) replay.add(n, log.decisions[n]);
  const bool equal = replay.finish(log.state, log.messages, log.sessions);
  CHECK(equal == !replay.difference().has_value());
  CHECK(replay.next() == log.decisions.size());
  return replay.difference();
}

std::string told(const std::optional<ReplayDifference>& difference) {
  if (!difference) return "equal";
  return std::to_string(difference->decision) + " " + std::string(to_string(difference->part)) + " " +
         difference->detail;
}

// What a change of the log or of the rows is found as.
std::string after(const Logged& log, const std::function<void(Logged&)>& change) {
  Logged changed = log;
  change(changed);
  return told(replayed(changed));
}

Logged short_log() {
  Logged log;
  const auto policy = std::make_shared<const Policy>();
  Conversation state;
  MemoryStore store;
  const auto give = [&](const Event& event, Instant now) {
    Step decided = step(state, event, *policy, now);
    Commit commit;
    commit.facts.id = kChat;
    commit.facts_changed = log.decisions.empty();
    commit.expected_version = state.version;
    commit.state = decided.next;
    commit.records = decided.records;
    commit.decision = {now, policy, event, decided.outcome, phase_of(state), phase_of(decided.next), decided.effects};
    REQUIRE(store.commit({&commit, 1}).has_value());
    log.states.push_back(state);
    log.decisions.push_back(commit.decision);
    state = decided.next;
  };
  ContactMessage hello;
  hello.provider_id = ProviderMessageId("in-1");
  hello.text = "a question";
  give(hello, {1'000});
  give(TakeOver{UserId("ada"), false}, {2'000});
  give(SendText{UserId("ada"), "an answer", false}, {3'000});
  give(SendSucceeded{{2, 1}, ProviderMessageId("out-2"), {}}, {4'000});
  log.state = state;
  log.messages = store.all_messages(kChat);
  log.sessions = store.sessions(kChat);
  return log;
}

}  // namespace

TEST_CASE("P8: the log of any chat replays to the same state, messages and sessions") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    CHECK(told(replayed(live(seed, 150))) == "equal");
  }
}

TEST_CASE("P8: a log replays from any decision on, with the state before it") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Logged log = live(seed, 80);
    for (std::size_t from = 0; from <= log.decisions.size(); from += 7) {
      CAPTURE(seed);
      CAPTURE(from);
      Logged rest = log;
      // What was recorded before may be purged.
      const MessageNumber old = from < log.states.size() ? log.states[from].message_count : log.state.message_count;
      if (from % 2 == 0) std::erase_if(rest.messages, [&](const auto& message) { return message.number <= old; });
      CHECK(told(replayed(rest, from)) == "equal");
    }
  }
}

TEST_CASE("the first decision that differs is named, with what differs in it") {
  const Logged log = short_log();
  REQUIRE(told(replayed(log)) == "equal");
  CHECK(after(log, [](Logged& all) { all.decisions[1].outcome.rules.pop_back(); }) == "1 rules other rules decide");
  CHECK(after(log, [](Logged& all) { all.decisions[1].outcome.verdict = Verdict::rejected; }) ==
        "1 outcome the outcome is another");
  CHECK(after(log, [](Logged& all) { all.decisions[1].after = Phase::ai; }) ==
        "1 phases it leads from or to another phase");
  CHECK(after(log, [](Logged& all) { all.decisions[2].effects.clear(); }) == "2 effects other effects follow");
  CHECK(after(log, [](Logged& all) { all.decisions[2].at = {500}; }).rfind("2 time ", 0) == 0);
  // An event that was changed shows where it first has a consequence.
  CHECK(after(log, [](Logged& all) {
          all.decisions[1].event = TakeOver{UserId("eve"), false};
        }) == "4 state the log leads to another state");
  auto other = std::make_shared<Policy>();
  other->blacklisted = true;
  CHECK(after(log, [&](Logged& all) { all.decisions[0].policy = other; }) == "0 rules other rules decide");
}

TEST_CASE("a decision that is missing is found, in the middle and at the end") {
  const Logged log = short_log();
  Replay replay({0, {}});
  CHECK(replay.add(0, log.decisions[0]));
  CHECK_FALSE(replay.add(2, log.decisions[2]));
  CHECK(told(replay.difference()) == "1 number decision 1 is missing");

  Replay cut({0, {}});
  for (std::size_t n = 0; n < 3; ++n) CHECK(cut.add(n, log.decisions[n]));
  CHECK_FALSE(cut.finish(log.state));
  CHECK(told(cut.difference()) == "3 state the log leads to another state");
  REQUIRE(cut.difference()->stored.state.has_value());
  CHECK(cut.difference()->stored.state != cut.difference()->computed.state);
}

TEST_CASE("rows that the log did not make so are found, without a word of their text") {
  const Logged log = short_log();
  CHECK(after(log, [](Logged& all) { all.messages[1].text = "another answer"; }) == "4 message message 2: text");
  CHECK(after(log, [](Logged& all) { all.messages[1].delivery = Delivery::failed; }) ==
        "4 message message 2: delivery");
  CHECK(after(log, [](Logged& all) { all.messages[1].provider_id = ProviderMessageId("x"); }) ==
        "4 message message 2: provider_id");
  CHECK(after(log, [](Logged& all) { all.messages.erase(all.messages.begin()); }) ==
        "4 message message 1: it is missing");
  CHECK(after(log, [](Logged& all) {
          all.messages.push_back(all.messages.back());
          all.messages.back().number = 3;
        }) == "4 message message 3: the log does not know it");
  CHECK(after(log, [](Logged& all) { all.sessions[0].message_count = 9; }) == "4 session session 1: it is another");
  CHECK(after(log, [](Logged& all) { all.sessions.clear(); }) == "4 session session 1: it is missing");
  CHECK(after(log, [](Logged& all) { all.state.closed = true; }) == "4 state the log leads to another state");
}

TEST_CASE("what the log changed of a message older than its origin is compared too") {
  Logged log = short_log();
  CHECK(told(replayed(log, 3)) == "equal");
  log.messages[1].delivery = Delivery::pending;
  CHECK(told(replayed(log, 3)) == "4 message message 2: delivery");
}
