// Messages that were missed while the account was disconnected or the server was down (R25).
#include "accounts/missed_order.hpp"
#include "support/provider.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

json quick() {
  return {{"policy", {{"grace_period_seconds", 0.3}, {"message_buffer_seconds", 0.05}}}};
}

/// As if no webhook had come through.
std::string missed(const ServerFixture& server, const std::string& phone, const std::string& text,
                   std::chrono::seconds time, const char* from = "/sim/contact") {
  const json body = {{"phone", phone}, {"text", text}, {"timestamp", ago(time)}, {"webhook", false}};
  return control(server, from, body).at("chat_id");
}

std::size_t session_count(JsonClient& api, const std::string& provider_chat) {
  const std::string id = chat_id_of(api, provider_chat);
  return api.get("/api/whatsapp/chats/" + id + "/sessions").body.at("data").size();
}

std::size_t stored(JsonClient& api, const std::string& provider_chat) {
  const std::string id = chat_id_of(api, provider_chat);
  return id.empty() ? 0 : messages_of(api, id).size();
}

void wait_for_first_search(const ServerFixture& server) {
  REQUIRE(eventually([&] { return server.log().find("reconcile.done") != std::string::npos; }));
}

/// While the server is down: as if the last search had ended an hour ago.
void set_mark_back(const ServerFixture& server) {
  using namespace std::chrono;
  const auto mark = duration_cast<milliseconds>((system_clock::now() - 1h).time_since_epoch()).count();
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
  SQLite::Statement update(
      database, "UPDATE tenants SET changes = json_set(changes, '$.reconciled_until_ms', ?) WHERE id = 'clinic'");
  update.bind(1, static_cast<std::int64_t>(mark));
  REQUIRE(update.exec() == 1);
}

struct Entry {
  sessioncore::Event event;
  sessioncore::Instant at;
};

Entry entry(bool own, std::int64_t second) {
  if (own) return {sessioncore::SelfMessage{}, {second * 1000}};
  return {sessioncore::ContactMessage{}, {second * 1000}};
}

std::string order_of(std::vector<Entry> messages, std::int64_t old) {
  sessioncore::server::put_in_order(messages, {old * 1000});
  std::string text;
  for (const Entry& message : messages) {
    text += (std::holds_alternative<sessioncore::SelfMessage>(message.event) ? "b" : "c") +
            std::to_string(message.at.ms / 1000) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("what covers goes before what it covers, everything else by time") {
  CHECK(order_of({entry(false, 3), entry(true, 2), entry(false, 1)}, 100) == "b2 c1 c3 ");
  CHECK(order_of({entry(true, 4), entry(false, 3), entry(true, 2), entry(false, 1)}, 100) == "b4 c1 b2 c3 ");
  CHECK(order_of({entry(true, 4), entry(false, 3)}, 2) == "c3 b4 ");
  CHECK(order_of({entry(true, 4), entry(false, 3), entry(true, 2), entry(false, 1)}, 3) == "b2 c1 c3 b4 ");
  CHECK(order_of({entry(false, 1)}, 100) == "c1 ");
  CHECK(order_of({}, 100).empty());
}

TEST_CASE("what came while the server was down is answered once, covered questions and groups are not") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
  const auto open = missed(server, "+905552220001", "still open", 10min);
  const auto covered = missed(server, "+905552220002", "answered on the phone", 20min);
  (void)missed(server, "+905552220002", "the answer", 19min, "/sim/phone");
  const std::string group = control(server, "/sim/contact",
                                    {{"phone", "+905552220003"},
                                     {"text", "to all"},
                                     {"group", "Family"},
                                     {"timestamp", ago(5min)},
                                     {"webhook", false}})
                                .at("chat_id");
  server.unipile.set_options(R"({"webhook_retry_base_ms": 5})");
  const auto tried = control(server, "/sim/contact", {{"phone", "+905552220004"}, {"text", "six attempts"}});
  REQUIRE(eventually(
      [&] { return server.unipile.control("GET", "/sim/deliveries").body.find("\"failed\"") != std::string::npos; }));
  server.start();
  auto api = server.logged_in();
  const std::string given_up = tried.at("chat_id");
  CHECK(eventually([&] { return sent_in(server, open).size() == 1; }));
  CHECK(eventually([&] { return sent_in(server, given_up).size() == 1; }));
  CHECK(eventually([&] { return stored(api, covered) == 2; }));
  CHECK(session_count(api, covered) == 0);
  CHECK(chat_id_of(api, group).empty());
  const json chat = api.get("/api/whatsapp/chats/" + chat_id_of(api, open)).body;
  CHECK(chat.at("contact_phone") == "+905552220001");
  // The webhook comes after all.
  (void)control(server, "/sim/redeliver", {{"message_id", tried.at("message_id")}});
  CHECK(sessioncore::story::holds_for(1s, [&] {
    return sent_in(server, open).size() == 1 && sent_in(server, given_up).size() == 1 &&
           sent_in(server, covered).empty();
  }));
  CHECK(stored(api, given_up) == 2);
}

TEST_CASE(
    "a backlog that arrives turned round after a reconnect: covered questions open nothing, open ones are answered "
    "once") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return server.log().find("account.disconnected") != std::string::npos; }));
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
  server.start();
  auto api = server.logged_in();
  const auto write = [&](const char* from, const std::string& phone, const std::string& text, auto time) {
    const json body = {{"phone", phone}, {"text", text}, {"timestamp", ago(time)}};
    return control(server, from, body).at("chat_id").template get<std::string>();
  };
  const auto covered = write("/sim/contact", "+905552220011", "early", 15min);
  (void)write("/sim/phone", "+905552220011", "answered by hand", 14min);
  const auto open = write("/sim/contact", "+905552220012", "not answered", 10min);
  server.unipile.set_options(R"({"reorder_webhooks": 3})");
  account_turns(server, "RECONNECTED");
  CHECK(eventually([&] { return sent_in(server, open).size() == 1; }));
  CHECK(eventually([&] { return stored(api, covered) == 2; }));
  CHECK(sessioncore::story::holds_for(
      1s, [&] { return sent_in(server, open).size() == 1 && sent_in(server, covered).empty(); }));
  CHECK(session_count(api, covered) == 0);
  CHECK(session_count(api, open) == 1);
}

TEST_CASE("a provider that wants to be left alone is asked again later") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
  const auto open = missed(server, "+905552220021", "still open", 10min);
  (void)control(server, "/sim/faults",
                {{"route", "messages"}, {"kind", "status"}, {"status", 429}, {"type", "too_many_requests"}});
  (void)control(server, "/sim/faults",
                {{"route", "chats"}, {"kind", "status"}, {"status", 503}, {"type", "unexpected_error"}});
  server.start();
  CHECK(eventually([&] { return sent_in(server, open).size() == 1; }));
  CHECK(server.log().find("reconcile.later") != std::string::npos);
  CHECK(server.log().find("still open") == std::string::npos);
}

TEST_CASE("an account's earlier history is nobody's question, and 0 hours look for nothing") {
  ServerFixture server(json{{"unipile", {{"reconcile_max_hours", 0}}}});
  auto api = server.logged_in();
  const auto old = missed(server, "+905552220031", "long ago", 10min);
  REQUIRE(server.stop() == 0);
  server.start();
  auto later = server.logged_in();
  CHECK(sessioncore::story::holds_for(500ms, [&] { return chat_id_of(later, old).empty(); }));
  CHECK(server.log().find("reconcile.listed") == std::string::npos);
}
