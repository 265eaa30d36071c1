// Messages that were missed while the account was disconnected or the server was down (R25).
#include "accounts/missed_order.hpp"
#include "support/command.hpp"
#include "support/overdue.hpp"
#include "support/provider.hpp"

#include <algorithm>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

constexpr auto npos = std::string::npos;

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
  REQUIRE(eventually([&] { return server.log().find(R"("reconcile.done","tenant":"clinic")") != npos; }));
}

int failed_deliveries(const ServerFixture& server, const char* event) {
  const json shown = json::parse(server.unipile.control("GET", "/sim/deliveries").body);
  const json& all = shown.at("deliveries");
  return static_cast<int>(std::count_if(all.begin(), all.end(), [event](const json& delivery) {
    return delivery.at("event") == event && delivery.at("state") == "failed";
  }));
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

/// Stops the server after its first search, and what follows was missed.
void go_down(ServerFixture& server) {
  wait_for_first_search(server);
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
}

/// The AI's answer to a question that came before the account was lost is kept. Gives the stand-in's chat id.
std::string with_kept_answer(ServerFixture& server, JsonClient& api, const std::string& phone) {
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": true})");
  const std::string chat = control(server, "/sim/contact", {{"phone", phone}, {"text", "a question"}}).at("chat_id");
  REQUIRE(eventually([&] {
    return server.elevenlabs.control("GET", "/sim/conversations").body.find("a question") != std::string::npos;
  }));
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return server.log().find("account.disconnected") != std::string::npos; }));
  (void)server.elevenlabs.control("POST", "/sim/release_reply", R"({"text": "the answer"})");
  REQUIRE(eventually([&] { return stored(api, chat) == 2; }));
  return chat;
}

json quick_with(const json& unipile) {
  json config = quick();
  config["unipile"] = unipile;
  return config;
}

/// How often the clinic's account was heard out; the first time is that of the first start.
int heard_out(const ServerFixture& server) {
  const std::string line = R"("account.caught_up","tenant":"clinic")";
  const std::string log = server.log();
  int count = 0;
  for (auto at = log.find(line); at != std::string::npos; at = log.find(line, at + 1)) ++count;
  return count;
}

void list_fails(const ServerFixture& server) {
  (void)control(server, "/sim/faults",
                {{"route", "messages"}, {"kind", "status"}, {"status", 503}, {"type", "x"}, {"count", 0}});
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
  CHECK(order_of({entry(true, 4), entry(false, 3), entry(true, 2), entry(false, 1)}, 100) == "b2 b4 c1 c3 ");
  CHECK(order_of({entry(true, 4), entry(false, 3)}, 2) == "c3 b4 ");
  CHECK(order_of({entry(true, 4), entry(false, 3), entry(true, 2), entry(false, 1)}, 3) == "b2 c1 c3 b4 ");
  CHECK(order_of({entry(false, 1)}, 100) == "c1 ");
  // Within one second the human wins, however the provider lists them.
  CHECK(order_of({entry(false, 7), entry(true, 7)}, 2) == "c7 b7 ");
  CHECK(order_of({entry(true, 7), entry(false, 7)}, 2) == "c7 b7 ");
  CHECK(order_of({entry(false, 7), entry(true, 7), entry(false, 6), entry(true, 5)}, 100) == "b5 c7 b7 c6 ");
  // A deletion goes before everything else.
  const Entry deletion{sessioncore::MessageDeleted{}, {}};
  CHECK(order_of({entry(true, 2), entry(false, 1), deletion}, 100) == "c0 b2 c1 ");
  CHECK(order_of({}, 100).empty());
}

TEST_CASE("what came while the server was down is answered once, covered questions and groups are not") {
  ServerFixture server(quick());
  go_down(server);
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
  const std::string covered_id = chat_id_of(api, covered);
  const json read = messages_of(api, covered_id);
  REQUIRE(read.size() == 2);
  CHECK(read[0].at("text") == "answered on the phone");
  CHECK(read[1].at("text") == "the answer");
  CHECK(api.get("/api/whatsapp/chats/" + covered_id).body.at("last_message_preview") == "the answer");
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
  const auto proved = sessiond("replay --all --database " + server.database());
  CHECK_MESSAGE(proved.says("all equal"), proved.output);
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
  go_down(server);
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

TEST_CASE("a chat that cannot be looked up holds up no other, and is not forgotten") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  const std::string known =
      control(server, "/sim/contact", {{"phone", "+905552220041"}, {"text", "first"}}).at("chat_id");
  REQUIRE(eventually([&] { return sent_in(server, known).size() == 1; }));
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
  (void)missed(server, "+905552220041", "second", 2s);
  std::vector<std::string> unknown;
  for (const char* phone : {"+905552220042", "+905552220043", "+905552220044", "+905552220045"}) {
    unknown.push_back(missed(server, phone, "still open", 10min));
  }
  (void)control(server, "/sim/faults",
                {{"route", "chats"}, {"kind", "status"}, {"status", 500}, {"type", "unexpected_error"}, {"count", 0}});
  server.start();
  CHECK(eventually([&] { return sent_in(server, known).size() == 2; }));
  CHECK(eventually([&] { return server.log().find("reconcile.later") != std::string::npos; }));
  CHECK(server.log().find("reconcile.left_out") != std::string::npos);
  CHECK(server.unipile.control("DELETE", "/sim/faults").status == 200);
  for (const auto& chat : unknown) CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(sent_in(server, known).size() == 2);
}

TEST_CASE("a chat that the service does not know is asked for again, and given up with a word in the log") {
  ServerFixture server(quick());
  go_down(server);
  std::vector<std::string> chats;
  for (const char* phone : {"+905552220081", "+905552220082", "+905552220083", "+905552220084"}) {
    chats.push_back(missed(server, phone, "still open", 10min));
    (void)missed(server, phone, "and this", 9min);
  }
  const auto unknown = [&](int times) {
    (void)control(server, "/sim/faults", {{"route", "chats"}, {"kind", "status"}, {"status", 404}, {"count", times}});
  };
  const auto given_up = [&](const std::string& chat) {
    return server.log().find(R"("event":"reconcile.unknown_chat","tenant":"clinic","chat":")" + chat +
                             R"(","messages":"2")") != std::string::npos;
  };
  SUBCASE("for a moment") {
    unknown(8);
    server.start();
    for (const auto& chat : chats) CHECK(eventually([&] { return !sent_in(server, chat).empty(); }));
    CHECK(server.log().find("reconcile.unknown_chat") == std::string::npos);
  }
  SUBCASE("for good") {
    unknown(0);
    server.start();
    for (const auto& chat : chats) CHECK(eventually([&] { return given_up(chat); }));
    const std::string done = R"("event":"reconcile.done","tenant":"clinic")";
    CHECK(eventually([&] { return server.log().find(done, server.log().rfind("reconcile.unknown_chat")) != npos; }));
    CHECK(server.log().find("still open") == npos);
  }
}

TEST_CASE("a service that knows no attendees costs a chat its number, not its question") {
  ServerFixture server(quick());
  go_down(server);
  const auto open = missed(server, "+905552220051", "still open", 10min);
  (void)control(
      server, "/sim/faults",
      {{"route", "chat_attendees"}, {"kind", "status"}, {"status", 404}, {"type", "not_found"}, {"count", 0}});
  server.start();
  CHECK(eventually([&] { return sent_in(server, open).size() == 1; }));
}

TEST_CASE("an emoji that the provider cut in half costs no page of the listing") {
  ServerFixture server(quick());
  go_down(server);
  const auto cut = missed(server, "+905552220071", "cut \xEF\xBF\xBD", 5min);
  const auto open = missed(server, "+905552220072", "still open", 10min);
  server.start();
  for (const auto& chat : {cut, open}) CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  auto api = server.logged_in();
  CHECK(messages_of(api, chat_id_of(api, cut)).at(0).at("text") == "cut \xEF\xBF\xBD");
  CHECK(server.log().find("reconcile.later") == std::string::npos);
}

TEST_CASE("what was taken back meanwhile is no question, and is marked if it is known") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  const auto known = control(server, "/sim/contact", {{"phone", "+905552220061"}, {"text", "regretted"}});
  REQUIRE(eventually([&] { return sent_in(server, known.at("chat_id")).size() == 1; }));
  REQUIRE(server.stop() == 0);
  set_mark_back(server);
  server.unipile.set_options(R"({"webhook_retry_base_ms": 5})");
  const auto unknown =
      control(server, "/sim/contact",
              {{"phone", "+905552220062"}, {"text", "never asked"}, {"timestamp", ago(10min)}, {"webhook", false}});
  (void)control(server, "/sim/delete", {{"message_id", known.at("message_id")}});
  (void)control(server, "/sim/delete", {{"message_id", unknown.at("message_id")}});
  REQUIRE(eventually([&] { return failed_deliveries(server, "message_deleted") == 2; }));
  const auto open = missed(server, "+905552220063", "still open", 10min);
  server.start();
  auto later = server.logged_in();
  CHECK(eventually([&] { return sent_in(server, open).size() == 1; }));
  const std::string id = chat_id_of(later, known.at("chat_id"));
  CHECK(eventually([&] { return messages_of(later, id).at(0).at("deleted") == true; }));
  CHECK(chat_id_of(later, unknown.at("chat_id")).empty());
}

TEST_CASE("what was edited meanwhile is asked as it reads now (R17)") {
  json config = quick();
  config["policy"]["grace_period_seconds"] = kLongGrace.count();  // the server is down before it has passed
  ServerFixture server(config);
  wait_for_first_search(server);
  const auto question = control(server, "/sim/contact", {{"phone", "+905552220065"}, {"text", "Open on Sunday?"}});
  auto api = server.logged_in();
  REQUIRE(eventually([&] { return stored(api, question.at("chat_id")) == 1; }));
  REQUIRE(server.stop() == 0);
  (void)shorten_grace(server);
  set_mark_back(server);
  server.unipile.set_options(R"({"webhook_retry_base_ms": 5})");
  (void)control(server, "/sim/edit", {{"message_id", question.at("message_id")}, {"text", "Open on Monday?"}});
  REQUIRE(eventually([&] { return failed_deliveries(server, "message_edited") == 1; }));
  server.start();
  REQUIRE(eventually([&] { return sent_in(server, question.at("chat_id")).size() == 1; }));
  const std::string asked = server.elevenlabs.control("GET", "/sim/conversations").body;
  CHECK(asked.find("Open on Monday?") != std::string::npos);
  CHECK(asked.find("Open on Sunday?") == std::string::npos);
  auto later = server.logged_in();
  CHECK(messages_of(later, chat_id_of(later, question.at("chat_id"))).at(0).at("text") == "Open on Monday?");
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

TEST_CASE("what is written while the feature is off is never taken, however soon and however the listing comes") {
  ServerFixture server(quick());
  wait_for_first_search(server);
  const auto with_features = [&](const json& features) {
    json config = server.config();
    config["tenants"][0]["features"] = features;
    server.write_config(config);
  };
  with_features(json::array());
  server.hang_up();
  const auto logs = [&](const std::string& line) {
    return eventually([&] { return server.log().find(line) != std::string::npos; });
  };
  REQUIRE(logs(R"("tenant.switched_off","tenant":"clinic")"));
  const auto unheard = [&](const std::string& phone) -> std::string {
    return control(server, "/sim/contact", {{"phone", phone}, {"text", "a question"}, {"webhook", false}})
        .at("chat_id");
  };
  const std::string off = unheard("+905552220071");
  // Switched on while the server is down; killed, so that nothing could be noted at the end.
  server.kill_now();
  const std::string down = unheard("+905552220072");
  with_features({"whatsapp_agent"});
  const std::string before = server.log();
  server.start();
  auto api = server.logged_in();
  REQUIRE(logs(R"("tenant.switched_on","tenant":"clinic")"));
  REQUIRE(eventually(
      [&] { return server.log().find(R"("reconcile.done","tenant":"clinic")", before.size()) != std::string::npos; }));
  CHECK(chat_id_of(api, off).empty());
  CHECK(chat_id_of(api, down).empty());
  // From then on what is missed counts, and the mark holds for later searches, too.
  const std::string later = unheard("+905552220073");
  REQUIRE(server.stop() == 0);
  server.start();
  auto again = server.logged_in();
  CHECK(eventually([&] { return sent_in(server, later).size() == 1; }));
  CHECK(chat_id_of(again, off).empty());
  CHECK(chat_id_of(again, down).empty());
}

TEST_CASE("what the AI was about to say does not go out past an answer by phone that only the listing knows") {
  ServerFixture server(quick_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  wait_for_first_search(server);
  auto api = server.logged_in();
  const std::string chat = with_kept_answer(server, api, "+905552220041");
  (void)control(server, "/sim/phone", {{"phone", "+905552220041"}, {"text", "I am here"}, {"webhook", false}});
  (void)control(server, "/sim/faults", {{"route", "messages"}, {"kind", "delay"}, {"delay_ms", 1000}});
  account_turns(server, "OK");
  CHECK(eventually([&] { return heard_out(server) == 2; }));
  CHECK(stored(api, chat) == 3);
  CHECK(sessioncore::story::holds_for(1s, [&] { return sent_in(server, chat).empty(); }));
}

TEST_CASE("a provider that lists nothing holds back what was kept only for a while") {
  ServerFixture server(quick_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 1.5}}));
  wait_for_first_search(server);
  auto api = server.logged_in();
  const std::string chat = with_kept_answer(server, api, "+905552220042");
  list_fails(server);
  account_turns(server, "OK");
  REQUIRE(eventually([&] { return server.log().find("account.connected") != std::string::npos; }));
  CHECK(api.get("/api/whatsapp/connection-status").body.at("connected") == true);
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(server.log().find("account.not_caught_up") != std::string::npos);
}

TEST_CASE("killed before the listing was read, the server still reads it first") {
  ServerFixture server(quick_with({{"account_poll_seconds", 60}, {"reconcile_wait_seconds", 600}}));
  wait_for_first_search(server);
  auto api = server.logged_in();
  const std::string chat = with_kept_answer(server, api, "+905552220043");
  list_fails(server);
  account_turns(server, "OK");
  REQUIRE(eventually([&] { return server.log().find("account.connected") != std::string::npos; }));
  server.kill_now();
  server.start();
  CHECK(sessioncore::story::holds_for(500ms, [&] { return sent_in(server, chat).empty(); }));
  SUBCASE("nobody answered") {
    (void)server.unipile.control("DELETE", "/sim/faults");
    CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  }
  SUBCASE("somebody answered by phone") {
    (void)control(server, "/sim/phone", {{"phone", "+905552220043"}, {"text", "I am here"}, {"webhook", false}});
    (void)server.unipile.control("DELETE", "/sim/faults");
    CHECK(eventually([&] { return heard_out(server) == 2; }));
    CHECK(sessioncore::story::holds_for(1s, [&] { return sent_in(server, chat).empty(); }));
  }
}

TEST_CASE("where nothing is looked for, what was kept goes out at once") {
  ServerFixture server(quick_with({{"account_poll_seconds", 60}, {"reconcile_max_hours", 0}}));
  auto api = server.logged_in();
  const std::string chat = with_kept_answer(server, api, "+905552220044");
  account_turns(server, "OK");
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(server.log().find("account.not_caught_up") == std::string::npos);
}
