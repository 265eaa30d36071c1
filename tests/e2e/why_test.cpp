// Why the AI speaks or does not, in words, for each state a chat can be in.
#include "api/why.hpp"

#include "api/decision_view.hpp"
#include "api/words.hpp"

#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/core/rules.hpp>

using namespace sessioncore;
using server::in_words;

namespace {

// One chat that is decided on by the core itself, from 2026-01-01T10:00:00 on.
struct Chat {
  explicit Chat(Policy given = with_agent()) : policy(std::make_shared<const Policy>(std::move(given))) {}
  static Policy with_agent() {
    Policy policy;
    policy.agent = AgentId("agent");
    return policy;
  }

  void give(const Event& event, std::chrono::seconds later = std::chrono::seconds(0)) {
    now = now + later;
    Step decided = step(state, event, *policy, now);
    log.push_back({now, policy, event, decided.outcome, phase_of(state), phase_of(decided.next), decided.effects});
    state = std::move(decided.next);
  }
  void contact(const std::string& id, std::chrono::seconds later = std::chrono::seconds(0)) {
    ContactMessage message;
    message.provider_id = ProviderMessageId(id);
    message.provider_time = now + later;
    message.text = "secret words";
    give(message, later);
  }
  void account(AccountState verdict) {
    Policy changed = *policy;
    changed.account = verdict;
    policy = std::make_shared<const Policy>(changed);
    give(AccountChanged{});
  }
  // The grace period passes and the agent's link is ready and asked.
  void asked() {
    contact("m1");
    give(Tick{}, std::chrono::seconds(180));
    give(LinkReady{state.link.generation, "conversation"});
    give(Tick{}, std::chrono::seconds(1));
  }
  [[nodiscard]] std::string why() const {
    std::vector<const Decision*> all;
    for (const Decision& decision : log) all.push_back(&decision);
    std::string text = server::why(state, all);
    CHECK(text.find("secret words") == std::string::npos);
    return text;
  }
  void says(const std::string& text) const {
    const std::string told = why();
    CHECK_MESSAGE(told.find(text) != std::string::npos, "no '", text, "' in: ", told);
  }
  // Of the last decision, as `sessiond explain` prints it.
  void tells(const std::vector<std::string>& texts) const {
    const std::string told = server::explained(log.back());
    for (const auto& text : texts) CHECK_MESSAGE(told.find(text) != std::string::npos, "no '", text, "' in: ", told);
  }

  std::shared_ptr<const Policy> policy;
  Instant now{1'767'261'600'000};
  Conversation state;
  std::vector<Decision> log;
};

template <std::size_t... Indexes>
std::vector<Event> every_event(std::index_sequence<Indexes...>) {
  return {Event(std::in_place_index<Indexes>)...};
}
template <std::size_t... Indexes>
std::vector<Effect> every_effect(std::index_sequence<Indexes...>) {
  return {Effect(std::in_place_index<Indexes>)...};
}

}  // namespace

TEST_CASE("every event, effect and row has words") {
  std::set<std::string> words;
  const auto events = every_event(std::make_index_sequence<std::variant_size_v<Event>>());
  for (const Event& event : events) CHECK_MESSAGE(words.insert(in_words(event)).second, name_of(event));
  const auto effects = every_effect(std::make_index_sequence<std::variant_size_v<Effect>>());
  for (const Effect& effect : effects) CHECK_MESSAGE(words.insert(in_words(effect)).second, name_of(effect));
  CHECK(words.count("") == 0);
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) CHECK_MESSAGE(rule.says.size() > 3, rule.id);
  }
}

TEST_CASE("waiting for people, then asking the AI, then its answer") {
  Chat chat;
  chat.says("There has been no session");
  chat.contact("m1");
  chat.says("The AI waits: people may answer until 2026-01-01T10:03:00.000Z. 1 message unanswered.");
  chat.says("This is so since 2026-01-01T10:00:00.000Z, the contact wrote: accepted by 18.1/2 (No session");
  chat.give(Tick{}, std::chrono::seconds(180));
  chat.says("The AI holds the conversation. It is to be asked about 1 message.");
  chat.says("a deadline was reached: accepted by 13.1/1 (The grace period is over");
  chat.give(LinkReady{chat.state.link.generation, "conversation"});
  chat.give(Tick{}, std::chrono::seconds(1));
  chat.says("It was asked about 1 message and its answer is awaited until 2026-01-01T10:03:3");
  chat.says("It is unanswered.");
  chat.give(AgentReplied{chat.state.link.generation, 1, "secret words"});
  chat.says("Nothing is unanswered.");
  chat.says("the AI answered (message 2).");
  chat.says("The AI's message 2 is with the channel");
  chat.contact("m3", std::chrono::seconds(5));
  chat.says("It is asked about 1 message together at");
}

TEST_CASE("why the AI stays silent") {
  {
    Chat chat;
    chat.asked();
    const Generation asked = chat.state.link.generation;
    chat.give(TakeOver{UserId("ada"), false});
    chat.says("ada holds the conversation since 2026-01-01T10:03:01.000Z: the AI stays silent.");
    chat.give(AgentReplied{asked, 1, "secret words"});
    chat.says("Kept back: 2026-01-01T10:03:01.000Z, the AI replied: ignored as");
    chat.give(Close{UserId("ada")});
    chat.says("The chat is closed. No session is open");
    chat.says("It got no answer: the session ended.");
  }
  {
    Chat chat;
    chat.asked();
    chat.give(HandoffRequested{});
    chat.says("A person is wanted since 2026-01-01T10:03:01.000Z, because one was asked for; nobody has taken it yet.");
    SelfMessage phone;
    phone.text = "secret words";
    chat.give(phone);
    chat.says("A person on the phone holds the conversation");
    chat.says("a person answered on the phone (message 2)");
  }
  {
    Policy nobody;
    Chat chat(nobody);
    chat.contact("m1");
    chat.give(Tick{}, std::chrono::seconds(180));
    chat.says("No session is open");
    chat.says("8.3/3 (No active agent: resolved as manual, tell the operators (R18))");
  }
  {
    Policy once = Chat::with_agent();
    once.ai_turns_per_hour_max = 1;
    Chat chat(once);
    chat.asked();
    chat.give(AgentReplied{chat.state.link.generation, 1, "secret words"});
    chat.give(SendSucceeded{{2, 1}, {}, {}});
    chat.contact("m3", std::chrono::seconds(5));
    chat.give(Tick{}, std::chrono::seconds(20));
    chat.says("because the AI has answered as often as it may within an hour");
  }
  {
    Policy listed = Chat::with_agent();
    listed.blacklisted = true;
    Chat chat(listed);
    chat.contact("m1");
    chat.says("There has been no session");
    chat.says("accepted by 18.1/1 (Blacklisted: store without a session");
  }
}

TEST_CASE("a message that is delivered again is told as what became of it the first time") {
  Chat chat;
  chat.contact("m1");
  const auto again = [&] {
    ContactMessage message;
    message.provider_id = ProviderMessageId("m1");
    message.known = 1;
    chat.give(message, std::chrono::seconds(1));
    REQUIRE(chat.log.back().outcome.reason == Reason::duplicate);
  };
  again();
  chat.says("The contact's latest message: 2026-01-01T10:00:00.000Z, the contact wrote: accepted by 18.1/2");
  chat.says("It is unanswered.");
  chat.give(TakeOver{UserId("ada"), false});
  chat.give(SendText{UserId("ada"), "secret words", false});
  again();
  chat.says("ada answered (message 2)");
}

TEST_CASE("a session that was ended says by what") {
  {
    Chat chat;
    chat.contact("m1");
    chat.give(Close{UserId("ada")});
    chat.says("ada closes the chat (Close: the session is resolved, link and deadlines end).");
    // Nothing but the state is left of it.
    CHECK(server::why(chat.state, {}).find("it was ended.") != std::string::npos);
  }
  {
    Policy nobody;
    Chat chat(nobody);
    chat.contact("m1");
    chat.give(Tick{}, std::chrono::seconds(180));
    chat.says("a deadline was reached (No active agent: resolved as manual, tell the operators (R18)).");
  }
  {
    Chat chat;
    chat.contact("m1");
    Policy listed = Chat::with_agent();
    listed.blacklisted = true;
    chat.policy = std::make_shared<const Policy>(listed);
    chat.give(BlacklistChanged{});
    chat.says("put on or taken off the blacklist (Blacklisted: resolved as manual, link and deadlines end (R14)).");
  }
}

TEST_CASE("a session that was ended while a text waited says by what, not what became of the text") {
  Chat chat;
  chat.asked();
  chat.give(AgentReplied{chat.state.link.generation, 1, "secret words"});
  chat.give(SendFailed{{2, 1}, SendFailure::retryable, ""});
  chat.give(Close{UserId("ada")});
  chat.says("ada closes the chat (Close: the session is resolved, link and deadlines end).");
}

TEST_CASE("what is wrong with links and sends") {
  Chat chat;
  chat.asked();
  chat.give(LinkClosed{chat.state.link.generation, LinkLoss::failed, ""});
  chat.says("(lost 1 times so far). The link to the AI was lost; it is tried again at");
  chat.give(Tick{}, std::chrono::seconds(2));
  chat.says("The link to the AI is being opened");
  chat.give(LinkReady{chat.state.link.generation, "conversation"});
  chat.give(Tick{}, std::chrono::seconds(1));
  chat.give(AgentReplied{chat.state.link.generation, 1, "secret words"});
  chat.give(SendFailed{{2, 1}, SendFailure::disconnected, ""});
  chat.says("The AI's message 2 is kept: the account is disconnected.");
  chat.give(Tick{}, std::chrono::seconds(10));
  chat.give(SendFailed{{2, 2}, SendFailure::retryable, ""});
  chat.says("The AI's message 2 was not taken by the channel; it is tried again at");
  CHECK(server::explained(chat.log.back()).find("the channel did not take message 2") != std::string::npos);
  chat.give(Tick{}, std::chrono::seconds(10));
  chat.give(SendFailed{{2, 3}, SendFailure::ambiguous, ""});
  chat.says("The AI's message 2 may have been sent, nobody knows; this is settled at");
}

TEST_CASE("what became of the account, and of what waited for it") {
  Chat chat;
  chat.asked();
  chat.give(AgentReplied{chat.state.link.generation, 1, "secret words"});
  chat.give(SendFailed{{2, 1}, SendFailure::disconnected, ""});
  chat.account(AccountState::disconnected);
  chat.says("The AI's message 2 is kept: the account is disconnected.");
  chat.tells({"account_changed: accepted", "the channel's account was connected, disconnected or removed",
              "7/+13  The account is disconnected or gone: what waits is not tried"});
  chat.account(AccountState::connected);
  chat.tells({"7/+12  The account is back: what was held goes out at once", "then message 2 is handed to the channel"});
  chat.says("The AI's message 2 is with the channel");
  chat.give(SendFailed{{2, 2}, SendFailure::disconnected, ""});
  chat.account(AccountState::removed);
  chat.tells({"ai -> queued", "8.3/+25  The account is gone for good", "the operators are told"});
  chat.says("A person is wanted since 2026-01-01T10:03:01.000Z, because the AI's answer could not be sent");
  chat.says("the channel's account was connected, disconnected or removed: accepted by 7/+13");
  chat.account(AccountState::removed);
  chat.tells({"account_changed: ignored (no_change)", "7/+14  No send waits for the account: nothing changes"});
}
