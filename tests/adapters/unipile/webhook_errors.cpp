// Malformed deliveries: the error names the field, says what was expected, and never quotes the input.
#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using nlohmann::json;

namespace {

// What parse_webhook says when `pointer` of the fixture is replaced by `value`.
std::string with(const std::string& name, const std::string& pointer, const json& value) {
  auto body = fixture_json(name);
  body[json::json_pointer(pointer)] = value;
  return refusal(body.dump());
}

std::string without(const std::string& name, const std::string& key) {
  auto body = fixture_json(name);
  body.erase(key);
  return refusal(body.dump());
}

}  // namespace

TEST_CASE("missing fields are named") {
  CHECK(without("received_lid", "account_id") == "account_id: missing");
  CHECK(without("received_lid", "chat_id") == "chat_id: missing");
  CHECK(without("received_lid", "message_id") == "message_id: missing");
  CHECK(without("received_lid", "event") == "event: missing");
  CHECK(without("deleted", "message_id") == "message_id: missing");
  CHECK(refusal(R"({"AccountStatus":{"message":"OK"}})") == "AccountStatus.account_id: missing");
  CHECK(refusal(R"({"AccountStatus":{"account_id":"a"}})") == "AccountStatus.message: missing");
}

TEST_CASE("ids are checked") {
  CHECK(with("received_lid", "/chat_id", nullptr) == "chat_id: expected string, got null");
  CHECK(with("received_lid", "/message_id", 7) == "message_id: expected string, got number");
  CHECK(with("received_lid", "/account_id", "") == "account_id: empty");
  CHECK(with("received_lid", "/chat_id", std::string(513, 'x')) == "chat_id: longer than 512 bytes");
  CHECK(with("received_lid", "/chat_id", "a\r\nX-Injected: 1") == "chat_id: holds control characters");
}

TEST_CASE("wrong types are named with what was expected") {
  CHECK(with("received_lid", "/message", 5) == "message: expected string or null, got number");
  CHECK(with("received_lid", "/event", json::array()) == "event: expected string, got array");
  CHECK(with("received_lid", "/account_type", true) == "account_type: expected string or null, got boolean");
  CHECK(with("received_lid", "/is_sender", "yes") == "is_sender: expected boolean, 0 or 1, got string");
  CHECK(with("received_lid", "/is_sender", 2) == "is_sender: expected boolean, 0 or 1, got another number");
  CHECK(with("received_lid", "/is_group", json::object()) == "is_group: expected boolean, 0 or 1, got object");
  CHECK(with("received_lid", "/sender", "x") == "sender: expected object or null, got string");
  CHECK(with("received_lid", "/sender/attendee_specifics/phone_number", 90) ==
        "sender.attendee_specifics.phone_number: expected string or null, got number");
  CHECK(with("received_lid", "/attendees", json::object()) == "attendees: expected array or null, got object");
  CHECK(with("echo", "/attendees/1", 5) == "attendees[1]: expected object, got number");
  CHECK(with("echo", "/attendees/1/attendee_name", 5) ==
        "attendees[1].attendee_name: expected string or null, got number");
  CHECK(with("received_lid", "/attachments", "x") == "attachments: expected array or null, got string");
  CHECK(with("received_lid", "/attachments/0", "x") == "attachments[0]: expected object, got string");
  CHECK(with("received_lid", "/account_info", 1) == "account_info: expected object or null, got number");
  CHECK(refusal(R"({"AccountStatus":"OK"})") == "AccountStatus: expected object or null, got string");
}

TEST_CASE("a message is not refused for its timestamp, but for whatever else is wrong with it") {
  const std::vector<json> unreadable = {"yesterday",
                                        "2026-02-30T10:00:00Z",
                                        "2026-05-18",
                                        "2026-05-18T25:00:00Z",
                                        "2026-05-18T10:00:00Q",
                                        "2026-05-18T10:00:00.Z",
                                        "2026-05-18T10:00:00+99:00",
                                        "1969-12-31T23:59:59Z",
                                        "",
                                        nullptr,
                                        1779133452,
                                        true,
                                        json::object(),
                                        json::array({"2026-05-18T10:00:00Z"})};
  for (const json& bad : unreadable) {
    CAPTURE(bad.dump());
    auto body = fixture_json("received_lid");
    body["timestamp"] = bad;
    auto webhook = parsed<MessageWebhook>(body.dump());
    CHECK(fill_missing_time(webhook.event, Instant{42}));
    CHECK(event_of<ContactMessage>(webhook).provider_time == Instant{42});
    body["message"] = 5;
    CHECK(refusal(body.dump()) == "message: expected string or null, got number");
  }
}

TEST_CASE("what is not used may be of any type, and unknown fields are ignored") {
  auto body = fixture_json("received_lid");
  body["quoted"] = 5;
  body["folder"] = "INBOX";
  body["subject"] = json::array();
  body["something_new"] = {{"deep", true}};
  body["sender"]["attendee_profile_url"] = 7;
  CHECK(refusal(body.dump()).empty());
}

TEST_CASE("bodies that are no JSON object") {
  CHECK(refusal("") == "body: empty");
  CHECK(refusal(" \r\n") == "body: empty");
  CHECK(refusal("[]") == "body: expected object, got array");
  CHECK(refusal("\"secret words\"") == "body: expected object, got string");
  CHECK(refusal("{\"event\":").rfind("body: malformed JSON at byte ", 0) == 0);
  CHECK(refusal("{\"a\":1e999}") == "body: a number is out of range");
  CHECK(refusal("event=message_received&message=hi").find("registered with format") != std::string::npos);
}

TEST_CASE("invalid UTF-8 is refused, also beside half a character") {
  CHECK(refusal("{\"message\":\"\xC3(\"}").rfind("body: invalid UTF-8 at byte ", 0) == 0);
  CHECK(refusal("{\"message\":\"\\uD800\xC3(\"}") == refusal("{\"message\":\"123456\xC3(\"}"));
  CHECK(refusal("{\"message\":\"\\uD80\"}").rfind("body: malformed JSON at byte ", 0) == 0);
}

TEST_CASE("nesting is bounded at 64 levels, brackets in texts do not count") {
  const auto nested = [](std::size_t levels) {
    auto body = fixture("received_lid");
    body.erase(body.rfind('}'));
    return body + ",\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  CHECK(refusal(nested(63)).empty());
  CHECK(refusal(nested(64)) == "body: nested deeper than 64 levels");
  CHECK(refusal(nested(1000000)) == "body: nested deeper than 64 levels");
  CHECK(with("received_lid", "/message", std::string(100, '[') + "\\\"" + std::string(100, '{')).empty());
}

TEST_CASE("a large body is read") {
  CHECK(with("received_lid", "/message", std::string(10U << 20U, 'x')).empty());
}

TEST_CASE("errors never quote the input") {
  const std::string secret = "kirmizi-elma";
  for (const auto* pointer : {"/is_sender", "/attendees", "/sender", "/attachments"}) {
    const auto detail = with("received_lid", pointer, secret);
    CAPTURE(detail);
    CHECK(!detail.empty());
    CHECK(detail.find(secret) == std::string::npos);
  }
  CHECK(refusal("{\"message\": " + secret).find(secret) == std::string::npos);
}
