// What the agent is told (S8.3, R5, R6).
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/engine/context.hpp>

using namespace sessioncore;

namespace {

StoredMessage message(MessageNumber number, Author author, std::string text, Delivery delivery = Delivery::none) {
  StoredMessage stored;
  stored.number = number;
  stored.author = author;
  stored.text = std::move(text);
  stored.delivery = delivery;
  return stored;
}

const std::vector<StoredMessage> kTalk = {
    message(1, Author::contact, "Merhaba"),
    message(2, Author::ai, "Hello", Delivery::sent),
    message(3, Author::human, "I am here", Delivery::read),
    message(4, Author::contact, "How much?"),
    message(5, Author::contact, "For two"),
};

}  // namespace

TEST_CASE("the question is the batch, joined by line breaks") {
  const std::vector<StoredMessage> batch = {kTalk[3], kTalk[4]};
  CHECK(format_question(batch, Policy()) == "How much?\nFor two");
  CHECK(format_question(std::vector<StoredMessage>{kTalk[0]}, Policy()) == "Merhaba");
  CHECK(format_question(std::vector<StoredMessage>{}, Policy()).empty());
}

TEST_CASE("the core decides what is asked: a deletion that came after that changes no question") {
  std::vector<StoredMessage> batch = {kTalk[3], kTalk[4]};
  batch[0].deleted = true;
  CHECK(format_question(batch, Policy()) == "How much?\nFor two");
}

TEST_CASE("the history is what lies before the batch, with labels") {
  const std::vector<MessageNumber> batch = {4, 5};
  CHECK(format_context(kTalk, batch, Policy()) ==
        "Previous conversation history:\nPatient: Merhaba\nAssistant: Hello\nOperator: I am here");
  Policy policy;
  policy.context_labels = {"Guest", "Staff", "Bot"};
  CHECK(format_context(kTalk, batch, policy) ==
        "Previous conversation history:\nGuest: Merhaba\nBot: Hello\nStaff: I am here");
}

TEST_CASE("the history is limited to the latest messages") {
  Policy policy;
  policy.context_messages = 2;
  const std::vector<MessageNumber> batch = {4, 5};
  CHECK(format_context(kTalk, batch, policy) ==
        "Previous conversation history:\nAssistant: Hello\nOperator: I am here");
  policy.context_messages = 0;
  CHECK(format_context(kTalk, batch, policy).empty());
}

TEST_CASE("without a history there is none to tell") {
  const std::vector<MessageNumber> batch = {1};
  CHECK(format_context(std::vector<StoredMessage>{kTalk[0]}, batch, Policy()).empty());
  CHECK(format_context({}, {}, Policy()).empty());
}

TEST_CASE("what was not said is left out") {
  std::vector<StoredMessage> talk = {
      message(1, Author::contact, "One"),
      message(2, Author::ai, "never sent", Delivery::suppressed),
      message(3, Author::human, "did not go out", Delivery::failed),
      message(4, Author::ai, "on its way", Delivery::pending),
      message(5, Author::contact, "taken back"),
      message(6, Author::contact, "Two"),
  };
  talk[4].deleted = true;
  const std::vector<MessageNumber> batch = {6};
  CHECK(format_context(talk, batch, Policy()) == "Previous conversation history:\nPatient: One\nAssistant: on its way");
}

TEST_CASE("what the contact wrote after the batch is not history yet") {
  const std::vector<StoredMessage> talk = {
      message(1, Author::contact, "Asked"),
      message(2, Author::contact, "Written during the turn"),
      message(3, Author::ai, "An answer", Delivery::sent),
  };
  const std::vector<MessageNumber> batch = {1};
  CHECK(format_context(talk, batch, Policy()) == "Previous conversation history:\nAssistant: An answer");
}

TEST_CASE("a history that is too long keeps its newest whole lines") {
  Policy policy;
  const std::vector<MessageNumber> batch = {4, 5};
  const std::string two = "Previous conversation history:\nAssistant: Hello\nOperator: I am here";
  policy.context_chars_max = 38;  // "Assistant: Hello" and "Operator: I am here", each with its line end: 17 and 20
  CHECK(format_context(kTalk, batch, policy) == two);
  policy.context_chars_max = 37;
  CHECK(format_context(kTalk, batch, policy) == two);
  policy.context_chars_max = 36;
  CHECK(format_context(kTalk, batch, policy) == "Previous conversation history:\nOperator: I am here");
}

TEST_CASE("a single line that is too long loses its beginning, between code points") {
  const std::vector<StoredMessage> talk = {message(1, Author::contact, "Old"),
                                           message(2, Author::contact, "Şöyle düşündüm: çiçeğim 🌷🌷"),
                                           message(3, Author::contact, "?")};
  const std::vector<MessageNumber> batch = {3};
  Policy policy;
  policy.context_chars_max = 16;  // "Patient: ", "…", five code points and the line end
  CHECK(format_context(talk, batch, policy) == "Previous conversation history:\nPatient: …im 🌷🌷");
  policy.context_chars_max = 12;
  CHECK(format_context(talk, batch, policy) == "Previous conversation history:\nPatient: …🌷");
  for (const std::uint32_t nothing : {0U, 1U, 9U, 10U}) {
    policy.context_chars_max = nothing;
    CHECK(format_context(talk, batch, policy).empty());
  }
}

TEST_CASE("a question that is too long keeps its newest part, between code points") {
  const std::vector<StoredMessage> batch = {message(1, Author::contact, "Üç gün"), message(2, Author::contact, "🌷ğ")};
  Policy policy;
  policy.question_chars_max = 9;
  CHECK(format_question(batch, policy) == "Üç gün\n🌷ğ");
  policy.question_chars_max = 5;
  CHECK(format_question(batch, policy) == "[Earlier text was left out.]\nün\n🌷ğ");
  policy.question_chars_max = 2;
  CHECK(format_question(batch, policy) == "[Earlier text was left out.]\n🌷ğ");
}

TEST_CASE("by default neither is more than the agent's service takes") {
  std::vector<StoredMessage> talk;
  const std::string control(30'000, '\x01');  // six bytes each in JSON
  for (MessageNumber i = 1; i <= 20; ++i) talk.push_back(message(i, Author::contact, control));
  const std::vector<MessageNumber> batch = {21};
  CHECK(format_context(talk, batch, Policy()).size() < 20'100);
  CHECK(format_question(talk, Policy()).size() < 100'100);
}
