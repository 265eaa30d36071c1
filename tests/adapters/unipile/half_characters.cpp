// What a service on Node leaves of an emoji that was cut: the escape of half a character. It costs itself alone.
#include "../shared/lone_surrogates.hpp"
#include "fixture.hpp"

#include <doctest/doctest.h>

#include <sessioncore/unipile/rest.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using adapters::without_lone_surrogates;

namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";
constexpr const char* kSmile = "\xF0\x9F\x98\x80";

// The fixture with `written` where the first HERE stands, byte for byte.
std::string with_bytes(nlohmann::json body, const char* pointer, const std::string& written) {
  body[nlohmann::json::json_pointer(pointer)] = "HERE";
  auto text = body.dump();
  return text.replace(text.find("HERE"), 4, written);
}

std::string text_in(const std::string& written) {
  const auto webhook = parsed<MessageWebhook>(with_bytes(fixture_json("received_lid"), "/message", written));
  return event_of<ContactMessage>(webhook).text;
}

std::string text_of(const ListedMessage& listed) {
  return std::visit([](const auto& message) { return message.text; }, listed.message);
}

}  // namespace

TEST_CASE("half a character becomes the replacement character, everything else stays") {
  const std::vector<std::pair<std::string, std::string>> kCases = {
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("\uDE00")", R"("\ufffd")"},
      {R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"("\ude00\ud83d")", R"("\ufffd\ufffd")"},
      {R"("\ud83d\u0041\n")", R"("\ufffd\u0041\n")"},
      {R"("\\ud83d")", R"("\\ud83d")"},
      {R"("\\\ud83d")", R"("\\\ufffd")"},
      {R"("\ud83d\\ude00")", R"("\ufffd\\ude00")"},
      {R"("\ud7ff\ue000\"")", R"("\ud7ff\ue000\"")"},
      {R"("\ud83)", R"("\ud83)"},
      {R"("\ud8-1")", R"("\ud8-1")"},
      {R"("\ud83d\ude)", R"("\ufffd\ude)"},
      {R"("\ud83d\)", R"("\ufffd\)"},
      {R"("\)", R"("\)"},
      {"", ""},
  };
  for (const auto& [from, to] : kCases) CHECK(without_lone_surrogates(from) == to);
}

TEST_CASE("webhooks: half a character costs no message") {
  CHECK(text_in(R"(see you \ud83d)") == std::string("see you ") + kReplacement);
  CHECK(text_in(R"(\ude00 \ud83d\ude00 \\ud83d)") == std::string(kReplacement) + " " + kSmile + " \\ud83d");
  const auto name = with_bytes(fixture_json("received_lid"), "/sender/attendee_name", R"(Ay\ud83d)");
  CHECK(parsed<MessageWebhook>(name).contact_name == std::string("Ay") + kReplacement);
}

TEST_CASE("answers: half a character costs neither the page nor the id of what was sent") {
  const auto list =
      parse_message_list(with_bytes(fixture_json("message_list"), "/items/1/text", R"(\ud83d \ud83d\ude00)"));
  REQUIRE(list);
  CHECK(list->unreadable.empty());
  CHECK(text_of(list->messages.at(1)) == std::string(kReplacement) + " " + kSmile);
  const auto sent = read_send_reply({1, 1}, {Exchange::End::complete, 201, R"({"message_id":"m1","x":"\ud83d"})", ""});
  CHECK(std::get<SendSucceeded>(sent).provider_id == ProviderMessageId("m1"));
}

TEST_CASE("list: bytes that are no UTF-8 cost only themselves, in a webhook the whole delivery") {
  const auto body = fixture_json("message_list");
  const auto whole = parse_message_list(body.dump());
  REQUIRE(whole);
  for (const std::string& bytes : {std::string("\xff"), std::string("\xF0\x9F\x98"), std::string("\xED\xA0\xBD")}) {
    const auto list = parse_message_list(with_bytes(body, "/items/1/text", "a " + bytes + "\\\"\\ud83d b"));
    REQUIRE(list);
    CHECK(list->unreadable.empty());
    REQUIRE(list->messages.size() == whole->messages.size());
    const auto text = text_of(list->messages.at(1));
    CHECK(text.rfind(std::string("a ") + kReplacement, 0) == 0);
    CHECK(text.substr(text.size() - 6) == std::string("\"") + kReplacement + " b");
    CHECK(text_of(list->messages.at(0)) == text_of(whole->messages.at(0)));
    const auto webhook = with_bytes(fixture_json("received_lid"), "/message", bytes + "\\ud83d");
    CHECK(refusal(webhook).rfind("body: invalid UTF-8 at byte ", 0) == 0);
  }
  const auto cut = parse_message_list("{\"items\":[\"\xff");
  REQUIRE_FALSE(cut);
  CHECK(cut.error().detail.rfind("body: malformed JSON at byte ", 0) == 0);
}
