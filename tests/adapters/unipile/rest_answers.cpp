// What answers to our requests mean: the classes of failed sends, and message lists.
#include "fixture.hpp"

#include <doctest/doctest.h>

#include <sessioncore/unipile/rest.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using End = Exchange::End;

namespace {

SendFailed failed(const Exchange& exchange) {
  return std::get<SendFailed>(read_send_reply({7, 1}, exchange));
}
SendSucceeded succeeded(const Exchange& exchange) {
  return std::get<SendSucceeded>(read_send_reply({7, 1}, exchange));
}
Exchange answer(int status, std::string body = {}) {
  return {End::complete, status, std::move(body), {}};
}
std::string problem(const std::string& slug) {
  return R"({"status":0,"type":"errors/)" + slug + R"(","title":"t","detail":"private words"})";
}

}  // namespace

TEST_CASE("send: 201 with an id, with null, and with a body that nobody can read") {
  CHECK(succeeded(answer(201, R"({"object":"MessageSent","message_id":"msg_1"})")).provider_id ==
        ProviderMessageId("msg_1"));
  CHECK(succeeded(answer(201, R"({"object":"MessageSent","message_id":"msg_1"})")).send == SendId{7, 1});
  CHECK(!succeeded(answer(201, R"({"object":"MessageSent","message_id":null})")).provider_id);
  CHECK(!succeeded(answer(201, R"({"message_id":5})")).provider_id);
  CHECK(!succeeded(answer(201, "<html>")).provider_id);
  CHECK(!succeeded(answer(200)).provider_id);
  CHECK(!succeeded(answer(204)).provider_id);
}

TEST_CASE("send: an answer cut off after its 201 still means sent") {
  CHECK(!succeeded({End::interrupted, 201, {}, "connection lost"}).provider_id);
  CHECK(!succeeded({End::answer_too_big, 201, {}, "answer over 1048576 bytes"}).provider_id);
}

TEST_CASE("send: the classes of failure") {
  CHECK(failed(answer(401, problem("disconnected_account"))).failure == SendFailure::disconnected);
  CHECK(failed(answer(401, problem("disconnected_feature"))).failure == SendFailure::disconnected);
  CHECK(failed(answer(401, problem("missing_credentials"))).failure == SendFailure::permanent);
  CHECK(failed(answer(400, problem("too_many_characters"))).failure == SendFailure::permanent);
  CHECK(failed(answer(403)).failure == SendFailure::permanent);
  CHECK(failed(answer(404, problem("resource_not_found"))).failure == SendFailure::permanent);
  CHECK(failed(answer(422)).failure == SendFailure::permanent);
  CHECK(failed(answer(302)).failure == SendFailure::permanent);
  CHECK(failed(answer(429, problem("too_many_requests"))).failure == SendFailure::retryable);
  CHECK(failed(answer(500)).failure == SendFailure::retryable);
  CHECK(failed(answer(502)).failure == SendFailure::retryable);
  CHECK(failed(answer(503, problem("no_client_session"))).failure == SendFailure::retryable);
  CHECK(failed(answer(504)).failure == SendFailure::ambiguous);
  CHECK(failed(answer(408)).failure == SendFailure::ambiguous);
  CHECK(failed(answer(500, problem("request_timeout"))).failure == SendFailure::ambiguous);
  CHECK(failed({End::not_sent, 0, {}, "cannot connect"}).failure == SendFailure::retryable);
  CHECK(failed({End::interrupted, 0, {}, "timeout"}).failure == SendFailure::ambiguous);
  CHECK(failed({End::not_allowed, 0, {}, "api_key: holds control characters"}).failure == SendFailure::permanent);
  CHECK(failed({End::answer_too_big, 500, {}, {}}).failure == SendFailure::retryable);
}

TEST_CASE("send: the detail tells the status and the slug and nothing that the service wrote freely") {
  CHECK(failed(answer(401, problem("disconnected_account"))).detail == "HTTP 401 disconnected_account");
  CHECK(failed(answer(401, problem("Private Words"))).detail == "HTTP 401");
  CHECK(failed(answer(500, "<html>private words</html>")).detail == "HTTP 500");
  CHECK(failed({End::interrupted, 0, {}, "timeout"}).detail == "timeout");
  CHECK(failed({End::interrupted, 500, {}, "timeout"}).detail == "HTTP 500 (timeout)");
}

TEST_CASE("list: own messages and the contact's, without system events and empty ones") {
  const auto list = parse_message_list(fixture("message_list"));
  REQUIRE(list);
  CHECK(list->messages.at(0).account_id == "acc_clinic");
  CHECK(list->cursor == "next-page");
  REQUIRE(list->messages.size() == 5);
  const auto& last = std::get<SelfMessage>(list->messages[0].message);
  CHECK(last.provider_id.value == "msg_out_3");
  CHECK(last.text == "Görüşmek üzere");
  CHECK(list->messages[0].chat_id == "chat_ayse");
  CHECK(std::get<ContactMessage>(list->messages[1].message).text == "10:00 olur mu?");
  CHECK(list->messages[2].deleted);
  CHECK(std::get<SelfMessage>(list->messages[3].message).kind == MessageKind::audio);
  CHECK(std::get<SelfMessage>(list->messages[4].message).provider_time.ms == 1779133460000);
}

TEST_CASE("list: errors name the field") {
  const auto refused = [](const nlohmann::json& body) {
    const auto list = parse_message_list(body.dump());
    return list ? std::string() : list.error().detail;
  };
  CHECK(refused(nlohmann::json::object()) == "items: missing");
  CHECK(refused({{"items", 5}}) == "items: expected array or null, got number");
}

TEST_CASE("list: an item that cannot be read costs only itself, and the complaint names its field") {
  auto body = fixture_json("message_list");
  body["items"][1]["text"] = 5;
  body["items"][0].erase("id");
  body["items"].back()["timestamp"] = "yesterday";
  body["items"].push_back("x");
  const auto last = std::to_string(body["items"].size() - 1);
  const auto list = parse_message_list(body.dump());
  REQUIRE(list);
  CHECK(list->cursor == "next-page");
  REQUIRE(list->messages.size() == 3);
  CHECK(std::visit([](const auto& message) { return message.provider_time; }, list->messages[2].message) == Instant{});
  CHECK(list->unreadable == std::vector<std::string>{"items[0].id: missing",
                                                     "items[1].text: expected string or null, got number",
                                                     "items[" + last + "]: expected object, got string"});
}

TEST_CASE("list: what was taken back is marked, with its text or without") {
  auto body = fixture_json("message_list");
  body["items"][0]["deleted"] = 1;
  body["items"][1]["deleted"] = true;
  body["items"][1]["text"] = nullptr;
  const auto list = parse_message_list(body.dump());
  REQUIRE(list);
  REQUIRE(list->messages.size() == 5);
  CHECK(list->messages[0].deleted);
  CHECK(std::get<SelfMessage>(list->messages[0].message).text == "Görüşmek üzere");
  CHECK(list->messages[1].deleted);
  CHECK(std::get<ContactMessage>(list->messages[1].message).provider_id.value == "msg_in_9");
  CHECK_FALSE(list->messages[3].deleted);
}
