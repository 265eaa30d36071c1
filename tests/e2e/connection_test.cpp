// Accounts of tenants: connecting, losing and replacing them, and what becomes of messages meanwhile (S9.1, R21).
#include "support/provider.hpp"

#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

/// Polls quickly. The AI stays silent: what it would say in between is not what these tests count.
json quick(double poll = 0.2) {
  return {{"unipile", {{"account_poll_seconds", poll}}}, {"policy", {{"account_retry_seconds", 0.3}}}};
}

/// Again while the provider does not say in time how the account is: then the answer asks for it.
Answer connect(JsonClient& api) {
  Answer answer;
  CHECK(eventually([&] {
    answer = api.post("/api/whatsapp/connect");
    return answer.status != 503;
  }));
  return answer;
}

std::string status_of(JsonClient& api) {
  return api.get("/api/whatsapp/connection-status").body.at("status").get<std::string>();
}

/// Then it counts for every decision; the alert comes a moment before.
bool knows_of_loss(const ServerFixture& server) {
  return server.log().find("account.disconnected") != std::string::npos;
}

std::size_t alerts(JsonClient& api, const std::string& type) {
  const json rows = api.get("/api/whatsapp/notifications").body.at("data");
  std::size_t count = 0;
  for (const auto& row : rows) count += row.at("type") == type ? 1U : 0U;
  return count;
}

/// Writes as a contact; gives the stand-in's chat id once the server has stored it.
std::string write(ServerFixture& server, JsonClient& api, const std::string& phone, const std::string& text) {
  const std::string chat = control(server, "/sim/contact", {{"phone", phone}, {"text", text}}).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(api, chat).empty(); }));
  return chat;
}

Answer send(JsonClient& api, const std::string& provider_chat, const std::string& text) {
  return api.post("/api/whatsapp/chats/" + chat_id_of(api, provider_chat) + "/send", {{"text", text}, {"claim", true}});
}

json sends(const ServerFixture& server) {
  return json::parse(server.unipile.control("GET", "/sim/sends").body).at("sends");
}

}  // namespace

TEST_CASE("the first connection: a QR code, then connected with phone and time, disconnect clears it") {
  ServerFixture server(quick());
  auto api = server.logged_in();
  CHECK(api.post("/api/whatsapp/disconnect").body == json{{"connected", false}, {"status", "disconnected"}});
  json status = api.get("/api/whatsapp/connection-status").body;
  CHECK(status == json{{"connected", false},
                       {"status", "disconnected"},
                       {"phone", nullptr},
                       {"agent_id", "reception"},
                       {"grace_period_seconds", 600}});
  CHECK(provider_api(server).get("/api/v1/accounts/acc_1").status == 404);

  const Answer begun = api.post("/api/whatsapp/connect");
  REQUIRE(begun.status == 200);
  CHECK(begun.body.at("status") == "pending");
  CHECK(begun.body.at("checkpoint") == "QRCODE");
  CHECK(begun.body.at("qr_code").get<std::string>().size() > 5);
  CHECK(begun.body.at("connected") == false);
  const std::string account = begun.body.at("account_id");
  CHECK(account != "acc_1");
  (void)control(server, "/sim/scan_qr", {{"account_id", account}});
  CHECK(eventually([&] { return alerts(api, "account_connected") == 1; }));
  CHECK(eventually([&] { return api.get("/api/whatsapp/connection-status").body.at("phone").is_string(); }));
  status = api.get("/api/whatsapp/connection-status").body;
  CHECK(status.at("connected") == true);
  CHECK(status.size() == 5);

  const Answer again = connect(api);
  CHECK(again.body.at("account_id") == account);
}

TEST_CASE(
    "an account the provider forgot is replaced: what waited and what comes goes to the new one, also killed in "
    "between") {
  ServerFixture server(quick());
  auto api = server.logged_in();
  const std::string chat = write(server, api, "+905551110001", "hello");
  const std::string other = write(server, api, "+905551110002", "hello too");
  REQUIRE(provider_api(server).remove("/api/v1/accounts/acc_1").status == 200);
  REQUIRE(eventually([&] { return knows_of_loss(server); }));
  CHECK(alerts(api, "account_disconnected") == 1);
  REQUIRE(send(api, chat, "kept for the new account").status == 200);
  const Answer begun = api.post("/api/whatsapp/connect");
  const std::string account = begun.body.at("account_id");
  REQUIRE(account != "acc_1");
  SUBCASE("the server runs on") {}
  SUBCASE("killed before the chats were moved") {
    server.kill_now();
    server.start();
  }
  (void)control(server, "/sim/scan_qr", {{"account_id", account}});
  auto later = server.logged_in();
  const auto sent_with = [&](const std::string& text) {
    std::vector<std::string> accounts;
    for (const auto& item : sends(server)) {
      if (item.at("text") == text) accounts.push_back(item.at("account_id").get<std::string>());
    }
    return accounts;
  };
  CHECK(eventually([&] { return !sent_with("kept for the new account").empty(); }));
  CHECK(sent_with("kept for the new account") == std::vector<std::string>{account});
  REQUIRE(send(later, other, "to the other chat").status == 200);
  CHECK(eventually([&] { return sent_with("to the other chat") == std::vector<std::string>{account}; }));
}

TEST_CASE("while disconnected an operator's texts are kept, and go out once and in order when it is back") {
  ServerFixture server(quick(60));
  auto api = server.logged_in();
  const std::string chat = write(server, api, "+905551110003", "hello");
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return knows_of_loss(server); }));
  CHECK(alerts(api, "account_disconnected") == 1);
  CHECK(status_of(api) == "credentials");
  for (const char* text : {"one", "two", "three"}) {
    const Answer kept = send(api, chat, text);
    REQUIRE(kept.status == 200);
    CHECK(kept.body.at("delivery") == "pending");
  }
  CHECK(sessioncore::story::holds_for(500ms, [&] { return sends(server).empty(); }));
  SUBCASE("the server runs on") {}
  SUBCASE("killed in between") {
    server.kill_now();
    server.start();
  }
  SUBCASE("killed, and the account comes back meanwhile") {
    server.kill_now();
    account_turns(server, "OK");
    server.start();
  }
  account_turns(server, "OK");
  CHECK(eventually([&] { return sent_in(server, chat).size() >= 3; }));
  CHECK(sessioncore::story::holds_for(500ms, [&] { return sent_in(server, chat).size() == 3; }));
  CHECK(sent_in(server, chat) == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("an answer of the AI that finds the account disconnected is kept and sent once it is back") {
  json config = quick(60);
  config["policy"].update({{"grace_period_seconds", 0.2}, {"message_buffer_seconds", 0.05}});
  ServerFixture server(config);
  auto api = server.logged_in();
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": true})");
  const std::string chat = write(server, api, "+905551110004", "a question");
  const auto asked = [&] {
    return server.elevenlabs.control("GET", "/sim/conversations").body.find("a question") != std::string::npos;
  };
  REQUIRE(eventually(asked));
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return knows_of_loss(server); }));
  CHECK(alerts(api, "account_disconnected") == 1);
  (void)server.elevenlabs.control("POST", "/sim/release_reply", R"({"text": "the answer"})");
  CHECK(sessioncore::story::holds_for(500ms, [&] { return sends(server).empty(); }));
  account_turns(server, "RECONNECTED");
  CHECK(eventually([&] { return !sent_in(server, chat).empty(); }));
  CHECK(sessioncore::story::holds_for(500ms, [&] { return sent_in(server, chat).size() == 1; }));
  CHECK(sent_in(server, chat) == std::vector<std::string>{"the answer"});
}

TEST_CASE("lost news: the loss is noticed by a refused send, the return by asking") {
  ServerFixture server(quick());
  auto api = server.logged_in();
  const std::string chat = write(server, api, "+905551110005", "hello");
  server.unipile.set_options(R"({"hold_webhooks": true})");
  account_turns(server, "CREDENTIALS");
  REQUIRE(send(api, chat, "kept").status == 200);
  CHECK(eventually([&] { return alerts(api, "account_disconnected") == 1; }));
  account_turns(server, "OK");
  CHECK(eventually([&] { return sent_in(server, chat) == std::vector<std::string>{"kept"}; }));
  CHECK(eventually([&] { return alerts(api, "account_connected") == 1; }));
}

TEST_CASE("a text refused though the account is said to be connected goes out with the next report that it is") {
  json config = quick(60);
  config["policy"]["account_retry_seconds"] = 600;
  config["policy"]["grace_period_seconds"] = 600;
  ServerFixture server(config);
  auto api = server.logged_in();
  const std::string chat = write(server, api, "+905551110008", "hello");
  (void)control(
      server, "/sim/faults",
      {{"route", "send"}, {"kind", "status"}, {"status", 401}, {"type", "disconnected_account"}, {"count", 0}});
  REQUIRE(send(api, chat, "kept").status == 200);
  REQUIRE(eventually([&] {
    return api.get("/api/whatsapp/chats/" + chat_id_of(api, chat) + "/decisions").text.find("send_failed") !=
           std::string::npos;
  }));
  CHECK(sent_in(server, chat).empty());
  REQUIRE(server.unipile.control("DELETE", "/sim/faults").status == 200);
  account_turns(server, "OK");
  CHECK(eventually([&] { return sent_in(server, chat) == std::vector<std::string>{"kept"}; }));
}

TEST_CASE("a removed account: what waited has failed, nothing more can be sent") {
  ServerFixture server(quick());
  auto api = server.logged_in();
  const std::string chat = write(server, api, "+905551110006", "hello");
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return knows_of_loss(server); }));
  CHECK(alerts(api, "account_disconnected") == 1);
  REQUIRE(send(api, chat, "kept").status == 200);
  REQUIRE(api.post("/api/whatsapp/disconnect").status == 200);
  const std::string id = chat_id_of(api, chat);
  CHECK(eventually([&] { return messages_of(api, id).back().at("delivery") == "failed"; }));
  const Answer refused = send(api, chat, "too late");
  CHECK(refused.status == 409);
  CHECK(refused.body.at("error").at("code") == "account_disconnected");
}

TEST_CASE("two connections at once make one account, with the same QR code for both") {
  ServerFixture server(quick(60));
  REQUIRE(server.logged_in().post("/api/whatsapp/disconnect").status == 200);
  const json before = provider_api(server).get("/api/v1/accounts").body.at("items");
  auto one = server.logged_in();
  auto other = server.logged_in();
  Answer first;
  std::thread beside([&] { first = one.post("/api/whatsapp/connect"); });
  const Answer second = other.post("/api/whatsapp/connect");
  beside.join();
  REQUIRE(first.status == 200);
  REQUIRE(second.status == 200);
  CHECK(first.body.at("account_id") == second.body.at("account_id"));
  CHECK(second.body.at("qr_code").is_string());
  CHECK(provider_api(server).get("/api/v1/accounts").body.at("items").size() == before.size() + 1);
}

TEST_CASE("an account that was made and cannot be stored is removed again") {
  ServerFixture server(quick(60));
  auto api = server.logged_in();
  REQUIRE(api.post("/api/whatsapp/disconnect").status == 200);
  const json before = provider_api(server).get("/api/v1/accounts").body.at("items");
  {
    SQLite::Database database(server.database(), SQLite::OPEN_READWRITE, 30'000);
    database.exec("BEGIN IMMEDIATE");  // nobody else can write until the end of this block
    CHECK(api.post("/api/whatsapp/connect").status == 503);
  }
  CHECK(server.log().find("account.not_kept") != std::string::npos);
  CHECK(provider_api(server).get("/api/v1/accounts").body.at("items").size() == before.size());
  CHECK(status_of(api) == "disconnected");
}

TEST_CASE("to connect what is connected changes nothing and alerts nobody") {
  ServerFixture server(quick(60));
  auto api = server.logged_in();
  const Answer answer = connect(api);
  REQUIRE(answer.status == 200);
  CHECK(answer.body.at("account_id") == "acc_1");
  CHECK(answer.body.at("status") == "ok");
  CHECK(answer.body.at("connected") == true);
  CHECK(answer.body.at("checkpoint").is_null());
  const std::string chat = write(server, api, "+905551110007", "hello");
  REQUIRE(send(api, chat, "goes out").status == 200);
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(alerts(api, "account_connected") == 0);
  CHECK(alerts(api, "account_disconnected") == 0);
}

TEST_CASE("settings: clamped, checked, per tenant, only admins") {
  ServerFixture server;
  auto api = server.logged_in();
  const auto put = [&](const json& body) { return api.put("/api/whatsapp/config", body); };
  CHECK(put({{"grace_period_seconds", 5}}).body == json{{"agent_id", "reception"}, {"grace_period_seconds", 30}});
  CHECK(put({{"grace_period_seconds", 1e12}}).body.at("grace_period_seconds") == 1800);
  CHECK(put({{"grace_period_seconds", 60.6}}).body.at("grace_period_seconds") == 61);
  CHECK(put({{"grace_period_seconds", "60"}}).status == 400);
  CHECK(put({{"agent_id", nullptr}}).body.at("agent_id").is_null());
  const Answer unknown = put({{"agent_id", "nobody"}, {"grace_period_seconds", 99}});
  CHECK(unknown.status == 400);
  CHECK(unknown.text.find("agent_id") != std::string::npos);
  CHECK(put({{"agent_id", "reception"}}).body == json{{"agent_id", "reception"}, {"grace_period_seconds", 61}});
  for (const char* path : {"/connect", "/disconnect", "/register-webhook"}) {
    CHECK(server.logged_in("manager@clinic.example.com").post(std::string("/api/whatsapp") + path).status == 403);
  }
  CHECK(server.logged_in("manager@clinic.example.com").put("/api/whatsapp/config", json::object()).status == 403);
  auto hotel = server.logged_in("admin@hotel.example.com");
  CHECK(hotel.put("/api/whatsapp/config", json::object()).body.at("grace_period_seconds") == 600);
  CHECK(hotel.post("/api/whatsapp/disconnect").status == 200);
  CHECK(eventually([&] { return api.get("/api/whatsapp/connection-status").body.at("connected") == true; }));
  (void)control(server, "/sim/faults", {{"route", "accounts"}, {"kind", "drop_before"}, {"count", 0}});
  const json last_known = api.get("/api/whatsapp/connection-status").body;
  CHECK(last_known.at("connected") == true);
  CHECK(last_known.at("status") == "ok");
  CHECK(api.post("/api/whatsapp/connect").status == 503);
}

TEST_CASE("webhooks are registered once, for the tenant's account, with both headers") {
  ServerFixture server(json{{"public_url", "http://127.0.0.1:9"}});
  auto api = server.logged_in();
  CHECK(api.post("/api/whatsapp/register-webhook", {{"url", "http://127.0.0.1:8/webhooks/unipile"}}).status == 400);
  CHECK(api.post("/api/whatsapp/register-webhook", {{"url", "ftp://127.0.0.1:9"}}).status == 400);
  CHECK(api.post("/api/whatsapp/register-webhook", {{"url", "http://a:b@127.0.0.1:9/"}}).status == 400);
  const Answer first = api.post("/api/whatsapp/register-webhook");
  REQUIRE_MESSAGE(first.status == 200, first.text);
  const Answer second = api.post("/api/whatsapp/register-webhook");
  REQUIRE(second.body.at("webhooks").size() == 2);
  CHECK(second.body != first.body);
  std::size_t ours = 0;
  const json registered = provider_api(server).get("/api/v1/webhooks").body.at("items");
  for (const auto& webhook : registered) {
    if (webhook.at("request_url") != "http://127.0.0.1:9/webhooks/unipile") continue;
    ++ours;
    CHECK(webhook.at("headers") == json{{{"key", "Content-Type"}, {"value", "application/json"}},
                                        {{"key", "x-unipile-secret"}, {"value", kWebhookSecret}}});
    CHECK(webhook.at("account_ids").at(0).at("id") == "acc_1");
    if (webhook.at("source") == "messaging") CHECK(webhook.at("events").size() == 6);
  }
  CHECK(ours == 2);
  CHECK(server.log().find(kWebhookSecret) == std::string::npos);
}

TEST_CASE("without a public_url no webhook is registered, so that no tenant learns the secret of all") {
  ServerFixture server;
  const auto registered = [&] { return provider_api(server).get("/api/v1/webhooks").text; };
  const std::string before = registered();
  auto api = server.logged_in();
  for (const json& body : {json::object(), json{{"url", "https://elsewhere.example.com/x"}},
                           json{{"url", server.url() + "/webhooks/unipile"}}}) {
    const Answer refused = api.post("/api/whatsapp/register-webhook", body);
    CHECK(refused.status == 409);
    CHECK(refused.body.at("error").at("code") == "no_public_url");
  }
  CHECK(registered() == before);
}

TEST_CASE("in development, without a public_url, the address is the admin's choice") {
  ServerFixture server(json{{"development", true}});
  auto api = server.logged_in();
  CHECK(api.post("/api/whatsapp/register-webhook").status == 400);
  const std::string url = server.url() + "/webhooks/unipile";
  const Answer made = api.post("/api/whatsapp/register-webhook", {{"url", url}});
  REQUIRE_MESSAGE(made.status == 200, made.text);
  CHECK(made.body.at("webhooks").at(0).at("request_url") == url);
}

TEST_CASE("without a secret, in development, no webhook is registered") {
  ServerFixture server(json{{"development", true}, {"unipile", {{"webhook_secret", nullptr}}}});
  const Answer refused =
      server.logged_in().post("/api/whatsapp/register-webhook", {{"url", "http://127.0.0.1:9/webhooks/unipile"}});
  CHECK(refused.status == 409);
  CHECK(refused.body.at("error").at("code") == "no_webhook_secret");
  CHECK(server.logged_in().post("/api/whatsapp/register-webhook").status == 400);
}

TEST_CASE("a status of an account that nobody has is discarded") {
  ServerFixture server;
  auto client = server.client();
  const json body = {{"AccountStatus", {{"account_id", "acc_x"}, {"account_type", "WHATSAPP"}, {"message", "OK"}}}};
  CHECK(deliver(client, body).status == 200);
  auto api = server.logged_in();
  CHECK(api.get("/api/whatsapp/notifications").body.at("data").empty());
}
