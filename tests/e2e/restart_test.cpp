// What the server does first after a start: it listens, to clients and to what it has missed (P4, ADR 0144).
#include "support/provider.hpp"
#include "support/raw_client.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::story::holds_for;

namespace {

constexpr const char* kPhone = "+905552230001";
constexpr auto kGrace = 2s;

json config_with(const json& unipile) {
  return {{"policy", {{"grace_period_seconds", kGrace.count()}, {"message_buffer_seconds", 0.05}}},
          {"unipile", unipile}};
}

/// Since the latest start.
bool logged(const ServerFixture& server, const std::string& what) {
  const std::string log = server.log();
  const auto start = log.rfind("listening");
  return start != std::string::npos && log.find(what, start) != std::string::npos;
}

bool asked(ServerFixture& server, const std::string& text) {
  return server.elevenlabs.control("GET", "/sim/conversations").body.find(text) != std::string::npos;
}

json session_of(JsonClient& api, const std::string& chat) {
  return api.get("/api/whatsapp/chats/" + chat_id_of(api, chat) + "/sessions").body.at("data").at(0);
}

/// How the stand-in lists messages from now on.
void listing(const ServerFixture& server, json fault) {
  fault["route"] = "messages";
  fault["count"] = 0;
  (void)control(server, "/sim/faults", fault);
}

/// The contact has written, the server is killed at once, and while it is away the grace period ends. Gives the chat.
std::string killed_in_grace(ServerFixture& server) {
  REQUIRE(eventually([&] { return logged(server, "reconcile.done"); }));
  auto api = server.logged_in();
  const std::string chat = control(server, "/sim/contact", {{"phone", kPhone}, {"text", "a question"}}).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(api, chat).empty(); }));
  server.kill_now();
  return chat;
}

/// Something is left to be recovered: the agent thinks about a question.
void killed_while_asked(ServerFixture& server) {
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": true})");
  (void)control(server, "/sim/contact", {{"phone", kPhone}, {"text", "a question"}});
  REQUIRE(eventually([&] { return asked(server, "a question"); }));
  server.kill_now();
}

void grace_passes(ServerFixture& server) {
  REQUIRE(holds_for(kGrace + 200ms, [&] { return !server.running(); }));
}

/// The one chat that needs it takes some seconds to recover, the first time it is written: a view that takes long to
/// count, read by a trigger.
void make_recovery_slow(const ServerFixture& server) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
  database.exec(
      "CREATE VIEW slow AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 4000000)"
      " SELECT x FROM n");
  database.exec("CREATE TABLE slow_times (n)");
  database.exec("INSERT INTO slow_times VALUES (1)");
  database.exec(
      "CREATE TRIGGER slowly AFTER UPDATE ON chats WHEN old.needs_recovery = 1 AND EXISTS (SELECT * FROM slow_times)"
      " BEGIN SELECT count(*) FROM slow; DELETE FROM slow_times; END");
}

/// What clients are answered while the server starts.
struct Early {
  Answer ready;
  Answer read;
  Answer unknown;
  Answer delivery;
  std::string bytes;  ///< a delivery's answer as it came
  bool in_time = false;
};

Early ask_early(int port, const std::atomic<bool>& started) {
  JsonClient client("http://127.0.0.1:" + std::to_string(port));
  (void)eventually([&] { return client.get("/health/live").status == 200; });
  Early early;
  early.ready = client.get("/health/ready");
  early.read = client.get("/api/whatsapp/chats");
  early.unknown = client.get("/nothing/here");
  early.delivery = deliver(client, message_webhook("c1", "m1", "too early"));
  RawClient raw(port);
  raw.send("POST /webhooks/unipile HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
  early.bytes = raw.read_all(2s);
  early.in_time = !started;
  return early;
}

}  // namespace

TEST_CASE("a stop waits for a message that is on its way to the provider") {
  ServerFixture server(config_with({{"account_poll_seconds", 60}}));
  auto api = server.logged_in();
  server.unipile.set_options(R"({"send_delay_ms": 4000})");
  const std::string chat = control(server, "/sim/contact", {{"phone", kPhone}, {"text", "a question"}}).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(api, chat).empty(); }));
  const std::string id = chat_id_of(api, chat);
  const auto sent = [&] { return json::parse(server.unipile.control("GET", "/sim/sends").body).at("sends").size(); };
  REQUIRE(eventually([&] { return messages_of(api, id).back().at("author") == "ai"; }));
  REQUIRE(holds_for(500ms, [&] { return sent() == 0; }));  // the request is on the wire
  CHECK(server.stop() == 0);
  CHECK(sent() == 1);
  CHECK(server.log().find("cut off") == std::string::npos);
  server.start();
  auto later = server.logged_in();
  CHECK(messages_of(later, id).back().at("delivery") == "sent");
}

TEST_CASE("a human who answered on the phone while the server was down comes before the overdue grace period") {
  ServerFixture server(config_with({{"account_poll_seconds", 60}}));
  const std::string chat = killed_in_grace(server);
  (void)control(server, "/sim/phone", {{"phone", kPhone}, {"text", "I am here"}, {"webhook", false}});
  grace_passes(server);
  listing(server, {{"kind", "delay"}, {"delay_ms", 1500}});
  server.start();
  CHECK(eventually([&] { return logged(server, "account.caught_up"); }));
  auto api = server.logged_in();
  CHECK(eventually([&] { return session_of(api, chat).at("resolved_by") == "human"; }));
  CHECK(holds_for(1500ms, [&] { return !asked(server, "a question") && sent_in(server, chat).empty(); }));
  CHECK(messages_of(api, chat_id_of(api, chat)).size() == 2);
}

TEST_CASE("chats that are new and slow to look up hold up no answer that a known chat has missed") {
  constexpr const char* kCaughtUp = R"("account.caught_up","tenant":"clinic")";
  constexpr const char* kDone = R"("reconcile.done","tenant":"clinic")";
  ServerFixture server(config_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 2.5}}));
  const std::string chat = killed_in_grace(server);
  (void)control(server, "/sim/phone", {{"phone", kPhone}, {"text", "I am here"}, {"webhook", false}});
  std::vector<std::string> fresh;
  for (const char* phone : {"+905552230011", "+905552230012", "+905552230013", "+905552230014"}) {
    const json body = {{"phone", phone}, {"text", "new here"}, {"webhook", false}};
    fresh.push_back(control(server, "/sim/contact", body).at("chat_id"));
  }
  grace_passes(server);
  (void)control(server, "/sim/faults", {{"route", "chats"}, {"kind", "delay"}, {"delay_ms", 1500}, {"count", 0}});
  server.start();
  CHECK(eventually([&] { return logged(server, kCaughtUp); }));
  CHECK(!logged(server, kDone));
  CHECK(eventually([&] {
    return std::any_of(fresh.begin(), fresh.end(), [&](const auto& id) { return !sent_in(server, id).empty(); });
  }));
  CHECK(!logged(server, kDone));
  for (const auto& id : fresh) CHECK(eventually([&] { return sent_in(server, id).size() == 1; }));
  CHECK(eventually([&] { return logged(server, kDone); }));
  auto api = server.logged_in();
  CHECK(session_of(api, chat).at("resolved_by") == "human");
  CHECK(!asked(server, "a question"));
  CHECK(sent_in(server, chat).empty());
}

TEST_CASE("nobody answered: the AI does as soon as the listing is read, and a second restart changes nothing") {
  ServerFixture server(config_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  const std::string chat = killed_in_grace(server);
  grace_passes(server);
  SUBCASE("the listing is empty or holds nothing new") {}
  SUBCASE("killed once more before it was read") {
    listing(server, {{"kind", "delay"}, {"delay_ms", 6'000}});
    server.start();
    CHECK(holds_for(2500ms, [&] { return !asked(server, "a question"); }));
    server.kill_now();
    (void)server.unipile.control("DELETE", "/sim/faults");
  }
  SUBCASE("the provider has no listing") {
    listing(server, {{"kind", "status"}, {"status", 404}, {"type", "errors/resource_not_found"}});
  }
  server.start();
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(logged(server, "account.caught_up"));
}

TEST_CASE("a provider that does not list keeps the AI silent only for a while") {
  ServerFixture server(config_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 4}}));
  const std::string chat = killed_in_grace(server);
  grace_passes(server);
  SUBCASE("it hangs") {
    listing(server, {{"kind", "delay"}, {"delay_ms", 6'000}});
  }
  SUBCASE("it fails") {
    listing(server, {{"kind", "status"}, {"status", 503}, {"type", "x"}});
  }
  server.start();
  CHECK(holds_for(1500ms, [&] { return !asked(server, "a question"); }));
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(logged(server, "account.not_caught_up"));
}

TEST_CASE("where nothing is listed, nothing waits for it") {
  json config = config_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}});
  ServerFixture server(config);
  const std::string chat = killed_in_grace(server);
  grace_passes(server);
  listing(server, {{"kind", "delay"}, {"delay_ms", 6'000}});
  json changed = server.config();
  changed["unipile"]["reconcile_max_hours"] = 0;
  server.write_config(changed);
  server.start();
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
}

TEST_CASE("while what a former run left is recovered, health answers and everything else is told to come again") {
  ServerFixture server(config_with({{"reconcile_max_hours", 0}}));
  killed_while_asked(server);
  make_recovery_slow(server);

  std::atomic<bool> started{false};
  auto asking = std::async(std::launch::async, ask_early, server.port(), std::cref(started));
  server.start();
  started = true;
  const Early early = asking.get();
  REQUIRE(early.in_time);
  CHECK(early.ready.status == 503);
  CHECK(early.ready.body.at("error").at("details").at("check") == "recovering");
  for (const Answer& answer : {early.read, early.unknown, early.delivery}) {
    CHECK(answer.status == 503);
    CHECK(answer.body.at("error").at("code") == "recovering");
  }
  CHECK(early.bytes.find("Retry-After:") != std::string::npos);

  JsonClient client = server.client();
  CHECK(client.get("/health/ready").status == 200);
  CHECK(deliver(client, message_webhook("c1", "m1", "in time")).status == 200);
  auto api = server.logged_in();
  CHECK(messages_of(api, chat_id_of(api, "c1")).size() == 1);
}

TEST_CASE("a chat whose state cannot be read is told of, and the others go on") {
  ServerFixture server(config_with({{"reconcile_max_hours", 0}}));
  killed_while_asked(server);
  std::string broken;
  SUBCASE("it is no state") {
    broken = "{}";
  }
  SUBCASE("it is no JSON") {
    broken = "{";
  }
  SQLite::Database(server.database(), SQLite::OPEN_READWRITE)
      .exec("UPDATE chats SET state = '" + broken + "' WHERE needs_recovery");
  server.start();
  CHECK(logged(server, "the state of chat"));
  CHECK(logged(server, "`sessiond replay --all` lists what is damaged"));
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": false})");
  const json question = {{"phone", "+905552230002"}, {"text", "another question"}};
  const std::string other = control(server, "/sim/contact", question).at("chat_id");
  CHECK(eventually([&] { return sent_in(server, other).size() == 1; }));
  CHECK(server.stop() == 0);
}
