// What a server on the open net is sent: everything but what it expects. Each answer is the one the design names, and
// what was accepted before and after is stored.
#include "support/provider.hpp"
#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

std::string code_of(const Answer& answer) {
  if (!answer.body.is_object() || !answer.body.contains("error")) return "no error: " + answer.text;
  return answer.body["error"].value("code", "");
}

std::string message_of(const Answer& answer) {
  if (!answer.body.is_object() || !answer.body.contains("error")) return "";
  return answer.body["error"].value("message", "");
}

bool names(const Answer& answer, const std::string& field) {
  return message_of(answer).find(field) != std::string::npos;
}

/// The server still takes a message, and it is there to be read.
bool still_works(ServerFixture& server, const std::string& message) {
  auto client = server.client();
  if (deliver(client, message_webhook("chat_good", message, "good")).status != 200) return false;
  auto api = server.logged_in();
  for (const auto& stored : messages_of(api, chat_id_of(api, "chat_good"))) {
    if (stored.at("unipile_message_id") == message) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a delivery without the right secret is refused before its body comes") {
  ServerFixture server;
  for (const char* secret : {"", "x-unipile-secret: wrong\r\n"}) {
    RawClient client(server.port());
    client.send(std::string("POST /webhooks/unipile HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n") + secret +
                "\r\n");
    const auto answer = client.read_all(30s);
    CHECK(statuses(answer) == "401");
    CHECK(answer.find("x-unipile-secret is missing or wrong") != std::string::npos);
  }
}

TEST_CASE("a delivery may come in chunks: with the secret, and up to the limit") {
  ServerFixture server;
  const std::string secret = "x-unipile-secret: " + std::string(kWebhookSecret) + "\r\n";
  const auto ask = [&](const std::string& header, const std::string& body) {
    RawClient client(server.port());
    client.send("POST /webhooks/unipile HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + header + "\r\n" +
                body);
    return statuses(client.read_all(30s));
  };
  const std::string text = message_webhook("chat_1", "m1", "hello").dump();
  std::string chunks;
  for (std::size_t at = 0; at < text.size(); at += 15) {
    const std::string piece = text.substr(at, 15);
    chunks += std::string(1, "0123456789abcdef"[piece.size()]) + "\r\n" + piece + "\r\n";
  }
  CHECK(ask("", "") == "401");  // 408, had it waited for the body
  CHECK(ask("x-unipile-secret: wrong\r\n", chunks + "0\r\n\r\n") == "401");
  CHECK(ask(secret, "200000\r\n" + std::string(0x200000, 'x') + "\r\n0\r\n\r\n") == "413");
  CHECK(ask(secret, chunks + "0\r\n\r\n") == "200");
  auto api = server.logged_in();
  CHECK(messages_of(api, chat_id_of(api, "chat_1")).size() == 1);
}

TEST_CASE("deliveries without the right secret are refused and store nothing") {
  ServerFixture server;
  auto client = server.client();
  const auto body = message_webhook("chat_1", "m1", "hello").dump();
  CHECK(client.post_text("/webhooks/unipile", body, "application/json").status == 401);
  for (const std::string& secret : {std::string("wrong"), std::string(kWebhookSecret) + "x", std::string()}) {
    client.header("x-unipile-secret", secret);
    const auto answer = client.post_text("/webhooks/unipile", body, "application/json");
    CHECK(answer.status == 401);
    CHECK(code_of(answer) == "unauthorized");
  }
  auto api = server.logged_in();
  CHECK(chat_id_of(api, "chat_1").empty());
  CHECK(still_works(server, "m2"));
  CHECK(server.log().find(kWebhookSecret) == std::string::npos);
}

TEST_CASE("whatever the configuration takes as a secret comes through the header as it stands") {
  constexpr const char* kSecret = "100 % of %zz, %4, %u12 and  + \"marks\" ~!@#$^&*()_=[]{};:<>?/\\|'` 50%";
  ServerFixture server(json{{"unipile", {{"webhook_secret", kSecret}}}});
  RawClient client(server.port());
  const std::string body = message_webhook("chat_1", "m1", "hello").dump();
  client.send("POST /webhooks/unipile HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-unipile-secret: " +
              std::string(kSecret) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(statuses(client.read_all(30s)) == "200");
}

TEST_CASE("an emoji that the provider cut in half costs no message, nor the agent's answer to it") {
  ServerFixture server(json{{"policy", {{"grace_period_seconds", 0.3}, {"message_buffer_seconds", 0.05}}}});
  (void)server.elevenlabs.control("PUT", "/sim/options", R"({"replies": ["answer \ufffd"]})");
  const json body = {{"phone", "+905552210001"}, {"text", "cut \xEF\xBF\xBD"}};
  const std::string chat = control(server, "/sim/contact", body).at("chat_id");
  CHECK(eventually([&] { return sent_in(server, chat) == std::vector<std::string>{"answer \xEF\xBF\xBD"}; }));
  const std::string deliveries = server.unipile.control("GET", "/sim/deliveries").body;
  CHECK(deliveries.find(R"(cut \\ud83d)") != std::string::npos);
  CHECK(deliveries.find("\"status\":400") == std::string::npos);
  auto api = server.logged_in();
  CHECK(messages_of(api, chat_id_of(api, chat)).at(0).at("text") == "cut \xEF\xBF\xBD");
}

TEST_CASE("malformed deliveries are answered 400 with the field") {
  ServerFixture server;
  auto client = server.client();
  const auto refused = [&](const std::string& body) {
    const auto answer = deliver_text(client, body);
    CHECK(answer.status == 400);
    CHECK(code_of(answer) == "bad_request");
    return answer;
  };
  refused("");
  refused("{");
  refused("not json");
  refused("[1, 2]");
  refused("\"text\"");
  refused(R"({"event": "message_received", "message": ")" + std::string("\xff\xfe") + "\"}");
  refused(std::string(100'000, '['));
  refused("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");

  auto webhook = message_webhook("chat_1", "m1", "hello");
  for (const char* field : {"message", "chat_id", "message_id", "account_id"}) {
    auto wrong = webhook;
    wrong[field] = 42;
    CHECK_MESSAGE(names(refused(wrong.dump()), field), field);
  }
  for (const char* field : {"chat_id", "message_id", "account_id"}) {
    auto missing = webhook;
    missing.erase(field);
    CHECK_MESSAGE(names(refused(missing.dump()), field), field);
  }
  auto wrong_sender = webhook;
  wrong_sender["is_sender"] = "perhaps";
  CHECK(names(refused(wrong_sender.dump()), "is_sender"));
  CHECK(still_works(server, "m2"));
  CHECK(server.running());
}

TEST_CASE(
    "a message without a readable timestamp counts as written when it came, and the log says so without its text") {
  ServerFixture server;
  auto client = server.client();
  auto webhook = message_webhook("chat_1", "m0", "kirmizi-elma");
  webhook.erase("timestamp");
  CHECK(deliver(client, webhook).status == 200);
  int count = 1;
  for (const json& bad : {json("yesterday-evening"), json(42), json(true), json(nullptr), json::object()}) {
    webhook["message_id"] = "m" + std::to_string(count++);
    webhook["timestamp"] = bad;
    CHECK_MESSAGE(deliver(client, webhook).status == 200, bad.dump());
  }
  auto api = server.logged_in();
  const json messages = messages_of(api, chat_id_of(api, "chat_1"));
  REQUIRE(messages.size() == 6);
  std::string before;  // each was delivered when the one before it had been stored
  for (const auto& message : messages) {
    const std::string written = message.at("provider_time");
    const std::string stored = message.at("createdAt");
    CHECK(before <= written);
    CHECK(written <= stored);
    before = stored;
  }
  CHECK(server.log().find("webhook.no_time") != std::string::npos);
  CHECK(server.log().find("kirmizi-elma") == std::string::npos);
  CHECK(server.log().find("yesterday-evening") == std::string::npos);
}

TEST_CASE("a body of ten megabytes is answered 413") {
  ServerFixture server;
  // A client that looks for the answer also when it cannot send all: the server does not listen for ever.
  RawClient client(server.port());
  const std::string body = message_webhook("chat_1", "m1", std::string(10 * 1024 * 1024, 'x')).dump();
  client.send("POST /webhooks/unipile HTTP/1.1\r\nHost: x\r\nx-unipile-secret: " + std::string(kWebhookSecret) +
              "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const std::string answer = client.read_all(30s);
  CHECK(statuses(answer) == "413");
  CHECK(answer.find(R"("code":"too_large")") != std::string::npos);
  CHECK(still_works(server, "m2"));
}

TEST_CASE("well-formed deliveries that concern nobody are answered 200 and store nothing") {
  ServerFixture server;
  auto client = server.client();
  const auto discarded = [&](const json& webhook) {
    const auto answer = deliver(client, webhook);
    CHECK(answer.status == 200);
    CHECK(answer.body == json{{"status", "received"}});
  };
  auto unknown = message_webhook("chat_1", "m1", "hello");
  unknown["event"] = "message_teleported";
  discarded(unknown);
  discarded(message_webhook("chat_1", "m1", "hello", "acc_nobody"));
  discarded(message_webhook("chat_1", "m1", "hello", "acc_3"));  // a tenant without the feature
  auto group = message_webhook("chat_1", "m1", "hello");
  group["is_group"] = true;
  discarded(group);
  discarded(message_webhook("chat_1", "m1", ""));
  auto edited = message_webhook("chat_1", "m1", "hello");
  edited["event"] = "message_edited";
  discarded(edited);
  discarded({{"AccountStatus", {{"account_id", "acc_1"}, {"account_type", "WHATSAPP"}, {"message", "CREDENTIALS"}}}});
  auto api = server.logged_in();
  CHECK(chat_id_of(api, "chat_1").empty());
  CHECK(still_works(server, "m2"));
}

TEST_CASE("a message delivered six times counts once") {
  ServerFixture server;
  auto client = server.client();
  for (int i = 0; i < 6; ++i) CHECK(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  auto api = server.logged_in();
  CHECK(messages_of(api, chat_id_of(api, "chat_1")).size() == 1);
}

TEST_CASE("bodies of actions are checked, field by field") {
  ServerFixture server;
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  auto api = server.logged_in();
  const std::string chat = "/api/whatsapp/chats/" + chat_id_of(api, "chat_1");
  const auto refused = [&](const std::string& action, const std::string& body, const std::string& field) {
    const auto answer = api.post_text(chat + action, body, "application/json");
    CHECK_MESSAGE(answer.status == 400, action, " ", answer.text);
    CHECK_MESSAGE(names(answer, field), action, " ", answer.text);
  };
  refused("/takeover", R"({"force": "yes"})", "force");
  refused("/takeover", "[]", "object");
  refused("/takeover", "{", "JSON");
  refused("/takeover", std::string(100'000, '['), "deeply");
  refused("/release", R"({"immediate": 1})", "immediate");
  refused("/send", "{}", "text");
  refused("/send", R"({"text": 5})", "text");
  refused("/send", R"({"text": "a", "claim": "no"})", "claim");
  refused("/send", "{\"text\": \"\xc3\x28\"}", "JSON");
  CHECK(api.post_text(chat + "/takeover", "force=true", "application/x-www-form-urlencoded").status == 415);
  CHECK(api.post_text(chat + "/takeover", "", "application/json").status == 200);
  const auto empty = api.post(chat + "/send", {{"text", "  "}});
  CHECK(empty.status == 409);
  CHECK(code_of(empty) == "text_empty");
  const auto long_text = api.post(chat + "/send", {{"text", std::string(500'000, 'x')}});
  CHECK(long_text.status == 409);
  CHECK(code_of(long_text) == "text_too_long");
}

TEST_CASE("pages and limits that are no numbers are refused by name, large limits are lowered") {
  ServerFixture server;
  auto api = server.logged_in();
  for (const char* query : {"page=0", "page=-1", "page=x", "page=1.5", "page=99999999999"}) {
    const auto answer = api.get("/api/whatsapp/chats?" + std::string(query));
    CHECK(answer.status == 400);
    CHECK(names(answer, "page"));
  }
  CHECK(names(api.get("/api/whatsapp/chats?limit=many"), "limit"));
  CHECK(api.get("/api/whatsapp/chats?limit=5000").body["pagination"]["limit"] == 100);
  const auto mode = api.get("/api/whatsapp/chats?mode=sideways");
  CHECK(mode.status == 400);
  CHECK(names(mode, "mode"));
}
