// What the server does first after a start: it listens, to clients and to what it has missed (P4, ADR 0144).
#include "support/overdue.hpp"
#include "support/provider.hpp"
#include "support/raw_client.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <future>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::story::holds_for;

namespace {

constexpr const char* kPhone = "+905552230001";

json config_with(const json& unipile, double grace = 0.3) {
  return {{"policy", {{"grace_period_seconds", grace}, {"message_buffer_seconds", 0.05}}}, {"unipile", unipile}};
}

json patient(const json& unipile) {
  return config_with(unipile, kLongGrace.count());
}

/// As the provider writes it.
std::string iso(Wall::time_point at) {
  const std::time_t seconds = Wall::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(at - Wall::from_time_t(seconds));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  (void)std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(rest.count()));
  return text;
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

/// A question that waits for people, of a server that is down.
struct Waiting {
  std::string chat;
  Wall::time_point asked_at;
  Wall::time_point overdue_at;
};

/// With the next start the grace period is short.
void configure_next(ServerFixture& server, const json& changes) {
  json config = server.config();
  config.merge_patch(config_with(json::object()));
  config.merge_patch(changes);
  server.write_config(config);
}

/// The contact has written, and the server, which is a `patient` one, is killed before the grace period ends.
Waiting killed_in_grace(ServerFixture& server, const json& changes = json::object()) {
  REQUIRE(eventually([&] { return logged(server, "reconcile.done"); }));
  auto api = server.logged_in();
  Waiting waiting;
  waiting.asked_at = Wall::now();
  const json question = {{"phone", kPhone}, {"text", "a question"}, {"timestamp", iso(waiting.asked_at)}};
  waiting.chat = control(server, "/sim/contact", question).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(api, waiting.chat).empty(); }));
  server.kill_now();
  waiting.overdue_at = shorten_grace(server);
  configure_next(server, changes);
  return waiting;
}

/// In time, and only the listing tells of it.
void answer_by_phone(const ServerFixture& server, const Waiting& waiting) {
  const auto at = waiting.asked_at + kOverdueAfter / 2;
  (void)control(server, "/sim/phone",
                {{"phone", kPhone}, {"text", "I am here"}, {"timestamp", iso(at)}, {"webhook", false}});
}

void grace_passes(const Waiting& waiting) {
  REQUIRE(eventually([&] { return Wall::now() > waiting.overdue_at; }));
}

/// Something is left to be recovered: the agent thinks about a question.
void killed_while_asked(ServerFixture& server, const std::string& phone = kPhone,
                        const std::string& text = "a question") {
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": true})");
  (void)control(server, "/sim/contact", {{"phone", phone}, {"text", text}});
  REQUIRE(eventually([&] { return asked(server, text); }));
  server.kill_now();
}

/// The first chat that needs it takes some seconds to recover: a view that takes long to count, read by a trigger.
void make_recovery_slow(const ServerFixture& server, int rows) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
  for (const char* former : {"TRIGGER IF EXISTS slowly", "TABLE IF EXISTS slow_times", "VIEW IF EXISTS slow"}) {
    database.exec(std::string("DROP ") + former);
  }
  database.exec("CREATE VIEW slow AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT " +
                std::to_string(rows) + ") SELECT x FROM n");
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

bool says_recovering(const Answer& ready) {
  return ready.status == 503 && ready.body.at("error").at("details").at("check") == "recovering";
}

Early ask_early(int port) {
  JsonClient client("http://127.0.0.1:" + std::to_string(port));
  (void)eventually([&] { return client.get("/health/live").status == 200; });
  Early early;
  early.ready = client.get("/health/ready");
  early.read = client.get("/api/whatsapp/chats");
  early.unknown = client.get("/nothing/here");
  early.delivery = deliver(client, message_webhook("c1", "m1", "too early"));
  RawClient raw(port);
  raw.send("POST /webhooks/unipile HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
  early.bytes = raw.read_until("\r\n\r\n", 30s);
  // It recovered all the while if it still does.
  early.in_time = says_recovering(client.get("/health/ready"));
  return early;
}

}  // namespace

TEST_CASE("a stop waits for a message that is on its way to the provider") {
  ServerFixture server(config_with({{"account_poll_seconds", 60}}));
  auto api = server.logged_in();
  (void)control(server, "/sim/faults", {{"route", "send"}, {"kind", "delay"}, {"delay_ms", 2000}});
  const std::string chat = control(server, "/sim/contact", {{"phone", kPhone}, {"text", "a question"}}).at("chat_id");
  const auto shown = [&](const char* what) {
    return json::parse(server.unipile.control("GET", std::string("/sim/") + what).body).at(what).size();
  };
  REQUIRE(eventually([&] { return shown("faults") == 0; }));  // the request is there, and waits for its answer
  CHECK(server.stop() == 0);
  CHECK(shown("sends") == 1);
  CHECK(server.log().find("cut off") == std::string::npos);
  server.start();
  auto later = server.logged_in();
  CHECK(messages_of(later, chat_id_of(later, chat)).back().at("delivery") == "sent");
}

TEST_CASE("a human who answered on the phone while the server was down comes before the overdue grace period") {
  ServerFixture server(patient({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  const Waiting waiting = killed_in_grace(server);
  answer_by_phone(server, waiting);
  grace_passes(waiting);
  listing(server, {{"kind", "delay"}, {"delay_ms", 1500}});
  server.start();
  CHECK(eventually([&] { return logged(server, "account.caught_up"); }));
  auto api = server.logged_in();
  CHECK(eventually([&] { return session_of(api, waiting.chat).at("resolved_by") == "human"; }));
  CHECK(holds_for(1500ms, [&] { return !asked(server, "a question") && sent_in(server, waiting.chat).empty(); }));
  CHECK(messages_of(api, chat_id_of(api, waiting.chat)).size() == 2);
}

TEST_CASE("chats that are new and cannot be looked up hold up no answer that a known chat has missed, nor each other") {
  constexpr const char* kCaughtUp = R"("account.caught_up","tenant":"clinic")";
  constexpr const char* kDone = R"("reconcile.done","tenant":"clinic")";
  ServerFixture server(patient({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  const Waiting waiting = killed_in_grace(server);
  answer_by_phone(server, waiting);
  std::vector<std::string> fresh;
  for (const char* phone : {"+905552230011", "+905552230012", "+905552230013", "+905552230014"}) {
    const json body = {{"phone", phone}, {"text", "new here"}, {"webhook", false}};
    fresh.push_back(control(server, "/sim/contact", body).at("chat_id"));
  }
  grace_passes(waiting);
  // One is found; to look for another takes long, for nothing, until this is taken back.
  (void)control(server, "/sim/faults", {{"route", "chats"}, {"kind", "delay"}, {"delay_ms", 0}});
  (void)control(server, "/sim/faults",
                {{"route", "chats"}, {"kind", "status"}, {"status", 503}, {"delay_ms", 300}, {"count", 0}});
  server.start();
  CHECK(eventually([&] { return logged(server, kCaughtUp); }));
  CHECK(eventually([&] {
    return std::any_of(fresh.begin(), fresh.end(), [&](const auto& id) { return !sent_in(server, id).empty(); });
  }));
  CHECK(!logged(server, kDone));
  CHECK(server.unipile.control("DELETE", "/sim/faults").status == 200);
  for (const auto& id : fresh) CHECK(eventually([&] { return sent_in(server, id).size() == 1; }));
  CHECK(eventually([&] { return logged(server, kDone); }));
  auto api = server.logged_in();
  CHECK(session_of(api, waiting.chat).at("resolved_by") == "human");
  CHECK(!asked(server, "a question"));
  CHECK(sent_in(server, waiting.chat).empty());
}

TEST_CASE("nobody answered: the AI does as soon as the listing is read, and a second restart changes nothing") {
  ServerFixture server(patient({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  const Waiting waiting = killed_in_grace(server);
  grace_passes(waiting);
  SUBCASE("the listing is empty or holds nothing new") {}
  SUBCASE("killed once more before it was read") {
    listing(server, {{"kind", "status"}, {"status", 503}, {"type", "x"}});
    server.start();
    REQUIRE(eventually([&] { return logged(server, "reconcile.later"); }));
    CHECK(holds_for(1s, [&] { return !asked(server, "a question"); }));
    server.kill_now();
    (void)server.unipile.control("DELETE", "/sim/faults");
  }
  SUBCASE("the provider has no listing") {
    listing(server, {{"kind", "status"}, {"status", 404}, {"type", "errors/resource_not_found"}});
  }
  server.start();
  CHECK(eventually([&] { return sent_in(server, waiting.chat).size() == 1; }));
  CHECK(logged(server, "account.caught_up"));
}

TEST_CASE("a provider that does not list keeps the AI silent only for a while") {
  constexpr auto kWait = 1s;
  ServerFixture server(patient({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", kWait.count()}}));
  const Waiting waiting = killed_in_grace(server);
  grace_passes(waiting);
  SUBCASE("it hangs") {
    listing(server, {{"kind", "delay"}, {"delay_ms", 6'000}});
  }
  SUBCASE("it fails") {
    listing(server, {{"kind", "status"}, {"status", 503}, {"type", "x"}});
  }
  const auto before = std::chrono::floor<std::chrono::milliseconds>(Wall::now());
  server.start();
  CHECK(eventually([&] { return sent_in(server, waiting.chat).size() == 1; }));
  CHECK(logged(server, "account.not_caught_up"));
  const json talks = json::parse(server.elevenlabs.conversations()).at("conversations");
  REQUIRE(talks.size() == 1);
  const Wall::time_point opened(std::chrono::milliseconds(talks[0].at("opened_at_ms").get<std::int64_t>()));
  CHECK(opened - before >= kWait);
}

TEST_CASE("where nothing is listed, nothing waits for it") {
  ServerFixture server(patient({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  const Waiting waiting = killed_in_grace(server, {{"unipile", {{"reconcile_max_hours", 0}}}});
  grace_passes(waiting);
  listing(server, {{"kind", "status"}, {"status", 503}, {"type", "x"}});
  server.start();
  CHECK(eventually([&] { return sent_in(server, waiting.chat).size() == 1; }));
}

TEST_CASE("while what a former run left is recovered, health answers and everything else is told to come again") {
  ServerFixture server(config_with({{"reconcile_max_hours", 0}}));
  Early early;
  // Until it recovers for as long as it takes to ask: that depends on the machine.
  for (int tries = 0; tries < 4 && !early.in_time; ++tries) {
    const std::string number = std::to_string(tries);
    killed_while_asked(server, "+90555224000" + number, "question " + number);
    make_recovery_slow(server, 4'000'000 << tries);
    auto asking = std::async(std::launch::async, ask_early, server.port());
    server.start();
    early = asking.get();
  }
  REQUIRE(early.in_time);
  CHECK(says_recovering(early.ready));
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
