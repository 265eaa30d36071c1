// `sessiond import` on exports of the old system, and the server that goes on with what was imported (S15).
#include "support/command.hpp"
#include "support/old_export.hpp"
#include "support/server_fixture.hpp"

#include <chrono>
#include <filesystem>
#include <iterator>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::Instant;
using std::chrono::minutes;

namespace {

const std::string kTenant = object_id(9, 1);
const std::string kStranger = object_id(9, 2);
const std::string kManager = "manager@clinic.example.com";

Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

json report_of(const Ended& ended) {
  return json::parse(ended.output);
}

json counts(int read, int imported, int already_there, int skipped, int bad) {
  return {{"read", read}, {"imported", imported}, {"already_there", already_there}, {"skipped", skipped}, {"bad", bad}};
}

/// A server that has been stopped, with an empty folder for exports beside it.
struct Move {
  explicit Move(Spelling spelling = Spelling::relaxed) : old(server.folder() + "/export", spelling) {
    std::filesystem::create_directory(old.folder());
  }
  void stop() { REQUIRE(server.stop() == 0); }
  /// As before the first start.
  void forget_database() {
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(server.database() + ending);
  }
  [[nodiscard]] Ended import(const std::string& more = "") const {
    return sessiond("import --config " + server.config_file() + " --dir " + old.folder() + " " + more);
  }
  void add_tenant() const {
    old.add("tenants", {{"_id", old.id(kTenant)},
                        {"name", "The clinic"},
                        {"settings", {{"whatsapp_agent", {{"unipile_account_id", "acc_1"}}}}}});
  }

  ServerFixture server;
  OldExport old;
};

/// All rows of all tables, as text.
std::string content_of(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  std::string content;
  SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    SQLite::Statement rows(database, "SELECT * FROM " + table + " ORDER BY 1");
    content += "# " + table + "\n";
    while (rows.executeStep()) {
      for (int column = 0; column < rows.getColumnCount(); ++column)
        content += rows.getColumn(column).getString() + "|";
      content += "\n";
    }
  }
  return content;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A chat in each state of S10, in either shape.
void write_every_state(const OldExport& old) {
  const Instant at = now() - minutes(5);
  const auto chat = [&](std::uint32_t number) {
    return old.chat(object_id(1, number), kTenant, "prov_" + std::to_string(number), at);
  };
  const auto with_session = [&](std::uint32_t number, const json& changes) {
    json session = old.session(object_id(2, number), object_id(1, number), "active", at);
    session.update(changes);
    old.add("whatsappsessions", session);
    json owner = chat(number);
    const bool over = session["status"] == "resolved";
    owner["is_closed"] = false;
    owner["active_session_id"] = over ? json(nullptr) : old.id(object_id(2, number));
    old.add("whatsappchats", owner);
    old.add("whatsappmessages", old.message(object_id(3, number), object_id(1, number), old.id(object_id(2, number)),
                                            "question " + std::to_string(number), at));
  };
  with_session(1, {{"status", "waiting"}, {"grace_deadline", old.date(now() + minutes(5))}});
  with_session(2, {{"taken_over_by", old.id(object_id(4, 1))}, {"taken_over_at", old.date(at)}});
  with_session(3, {{"taken_over_at", old.date(at)}});
  with_session(4, {{"status", "resolved"}, {"resolved_by", "human"}, {"resolved_at", old.date(at)}});
  json closed = chat(5);
  closed["is_closed"] = true;
  old.add("whatsappchats", closed);
  json older = chat(6);
  older.update({{"mode", "human"},
                {"session_status", "waiting"},
                {"session_started_at", old.date(at)},
                {"session_grace_deadline", old.date(now() + minutes(5))}});
  old.add("whatsappchats", older);
  old.add("whatsappmessages", old.message(object_id(3, 6), object_id(1, 6), nullptr, "question 6", at));
  older = chat(7);
  older.update({{"mode", "closed"}, {"session_status", "resolved"}, {"session_started_at", old.date(at)}});
  older["session_resolved_by"] = "manual";
  old.add("whatsappchats", older);
  old.add("users", {{"_id", old.id(object_id(4, 1))}, {"email", kManager}});
}

}  // namespace

TEST_CASE("each state of either shape shows as it did, in each spelling of the export") {
  for (const Spelling spelling : {Spelling::canonical, Spelling::relaxed, Spelling::plain}) {
    Move move(spelling);
    move.stop();
    move.forget_database();
    move.add_tenant();
    write_every_state(move.old);
    const Ended ended = move.import();
    REQUIRE_MESSAGE(ended.code == 0, ended.output);
    move.server.start();
    auto api = move.server.logged_in();
    struct Row {
      std::uint32_t number;
      const char* mode;
      const char* status;
      const char* session;  ///< status of the latest one; empty: none
    };
    for (const Row& row :
         {Row{1, "human", "waiting", "waiting"}, Row{2, "human", "idle", "active"}, Row{3, "human", "idle", "active"},
          Row{4, "ai", "idle", "resolved"}, Row{5, "closed", "idle", ""}, Row{6, "human", "waiting", "waiting"},
          Row{7, "closed", "idle", "resolved"}}) {
      CAPTURE(row.number);
      const std::string path = "/api/whatsapp/chats/" + object_id(1, row.number);
      const json view = api.get(path).body;
      CHECK(view["mode"] == row.mode);
      CHECK(view["session_status"] == row.status);
      CHECK(view["tenant_id"] == "clinic");
      CHECK(view["contact_phone"] == "+905551112233");
      CHECK(view["unipile_account_id"] == "acc_1");
      const json sessions = api.get(path + "/sessions").body["data"];
      REQUIRE(sessions.size() == (*row.session == '\0' ? 0 : 1));
      if (!sessions.empty()) CHECK(sessions[0]["status"] == row.session);
    }
    const json held = api.get("/api/whatsapp/chats/" + object_id(1, 2)).body;
    CHECK(held["taken_over_by"]["email"] == kManager);
    CHECK(held["last_message_preview"] == "question 2");
    CHECK(api.get("/api/whatsapp/chats/" + object_id(1, 3)).body["taken_over_by"].is_null());
    const json messages = messages_of(api, object_id(1, 6));
    REQUIRE(messages.size() == 1);
    CHECK(messages[0]["session_id"] == object_id(1, 6) + "-s1");
    const json stats = api.get("/api/whatsapp/stats").body;
    CHECK(stats["totalChats"] == 7);
    CHECK(stats["waitingChats"] == 2);
    CHECK(stats["closedChats"] == 2);
    CHECK(stats["totalMessages"] == 5);
    // And it lives.
    CHECK(api.post("/api/whatsapp/chats/" + object_id(1, 1) + "/takeover").status == 200);
    CHECK(api.post("/api/whatsapp/chats/" + object_id(1, 3) + "/close").body["mode"] == "closed");
  }
}

TEST_CASE("a contact who waited through the move is answered by the agent, and an old delivery counts once") {
  Move move;
  // The stand-in's phone knows the chat; the server forgets it and learns it again from the export.
  const json body = {{"phone", "+905551112233"}, {"name", "Ayse"}, {"text", "is anybody there?"}};
  const auto written = json::parse(move.server.unipile.control("POST", "/sim/contact", body.dump()).body);
  const std::string provider_chat = written.at("chat_id");
  {
    auto api = move.server.logged_in();
    REQUIRE(sessioncore::story::wait_until(20s, [&] { return !chat_id_of(api, provider_chat).empty(); }));
  }
  const std::string message_id =
      json::parse(move.server.unipile_chat(provider_chat)).at("messages")[0].at("message_id");
  move.stop();
  move.forget_database();
  move.add_tenant();
  const Instant at = now() - minutes(3);
  json chat = move.old.chat(object_id(1, 1), kTenant, provider_chat, at);
  chat["active_session_id"] = move.old.id(object_id(2, 1));
  move.old.add("whatsappchats", chat);
  json session = move.old.session(object_id(2, 1), object_id(1, 1), "waiting", at);
  session["grace_deadline"] = move.old.date(now() - minutes(1));
  move.old.add("whatsappsessions", session);
  json message =
      move.old.message(object_id(3, 1), object_id(1, 1), move.old.id(object_id(2, 1)), "is anybody there?", at);
  message["unipile_message_id"] = message_id;
  move.old.add("whatsappmessages", message);
  REQUIRE(move.import().code == 0);

  move.server.start();
  CHECK(sessioncore::story::wait_until(20s, [&] {
    const json seen = json::parse(move.server.unipile_chat(provider_chat)).at("messages");
    return seen.size() == 2 && seen[1]["text"] == "Echo: is anybody there?";
  }));
  auto client = move.server.client();
  CHECK(deliver(client, message_webhook(provider_chat, message_id, "is anybody there?")).status == 200);
  auto api = move.server.logged_in();
  CHECK(chat_id_of(api, provider_chat) == object_id(1, 1));
  CHECK(messages_of(api, object_id(1, 1)).size() == 2);
  const json decisions = api.get("/api/whatsapp/chats/" + object_id(1, 1) + "/decisions").body;
  CHECK(decisions["data"][0]["_id"] == object_id(1, 1) + "-d0");
  CHECK(decisions["data"][0]["phase_before"] == "waiting");
}

TEST_CASE("bad lines of every kind are told with file, line and field, and lose nothing else") {
  Move move;
  move.stop();
  const Instant at = now() - minutes(5);
  move.old.add_text("whatsappchats", "\xEF\xBB\xBF");
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", at));
  move.old.add_text("whatsappchats", "\r\n\n");
  move.old.add("whatsappchats", move.old.chat(object_id(1, 2), kStranger, "prov_2", at));
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1b", at));
  move.old.add("whatsappchats", move.old.chat(object_id(1, 3), kTenant, "prov_1", at));
  json nameless = move.old.chat(object_id(1, 4), kTenant, "prov_4", at);
  nameless.erase("unipile_chat_id");
  move.old.add("whatsappchats", nameless);

  const auto message = [&](std::uint32_t number, const json& changes) {
    json document = move.old.message(object_id(3, number), object_id(1, 1), nullptr, "a secret sentence", at);
    document.update(changes);
    move.old.add("whatsappmessages", document);
  };
  message(1, json::object());
  move.old.add_text("whatsappmessages", "not json: a secret sentence\n");
  move.old.add_text("whatsappmessages", "{\"_id\": \"a secret \xFF sentence\"}\n");
  message(2, {{"createdAt", "yesterday"}});
  message(3, {{"sender", "bot"}});
  message(4, {{"text", 7}});
  message(5, {{"chat_id", nullptr}});
  message(6, {{"chat_id", object_id(1, 99)}});
  move.old.add_text("whatsappmessages", std::string(33ULL * 1024 * 1024, 'x') + "\n");
  message(7, json::object());
  move.old.add_text("whatsappmessages", "[1]");

  const Ended ended = move.import("--json --tenant clinic=" + kTenant);
  REQUIRE_MESSAGE(ended.code == 3, ended.output);
  CHECK_FALSE(ended.says("secret"));
  const json report = report_of(ended);
  CHECK(report["complete"] == false);
  CHECK(report["counts"]["chats"] == counts(5, 1, 0, 3, 1));
  CHECK(report["counts"]["messages"] == counts(11, 2, 0, 1, 8));
  const auto found = [&](const char* list, const std::string& file, int line, const std::string& text) {
    for (const auto& item : report[list]["first"]) {
      if (item["file"] == file && item["line"] == line) return item["text"].get<std::string>().find(text) == 0;
    }
    return false;
  };
  CHECK(found("bad", "whatsappchats.ndjson", 7, "unipile_chat_id: missing, expected an id"));
  CHECK(found("skipped", "whatsappchats.ndjson", 4, "tenant_id: " + kStranger));
  CHECK(found("skipped", "whatsappchats.ndjson", 5, "_id: this chat was there before"));
  CHECK(found("skipped", "whatsappchats.ndjson", 6, "another chat has its unipile_chat_id"));
  const std::string messages = "whatsappmessages.ndjson";
  CHECK(found("bad", messages, 2, "expected a JSON object; problem at byte"));
  CHECK(found("bad", messages, 3, "expected a JSON object; text that is not UTF-8"));
  CHECK(found("bad", messages, 4, "createdAt: expected a date"));
  CHECK(found("bad", messages, 5, "sender: expected one of contact, ai, human"));
  CHECK(found("bad", messages, 6, "text: expected a text"));
  CHECK(found("bad", messages, 7, "chat_id: missing, expected an id"));
  CHECK(found("skipped", messages, 8, "chat_id: no such chat in the export"));
  CHECK(found("bad", messages, 9, "expected at most"));
  CHECK(found("bad", messages, 11, "expected one JSON object in each line"));
}

TEST_CASE("a dry run touches nothing and tells the same, a second import changes nothing") {
  Move move;
  move.stop();
  move.add_tenant();
  write_every_state(move.old);
  const std::string before = bytes_of(move.server.database());
  const Ended dry = move.import("--dry-run --json");
  CHECK(dry.code == 0);
  CHECK(bytes_of(move.server.database()) == before);
  const Ended real = move.import("--json");
  CHECK(real.code == 0);
  CHECK(bytes_of(move.server.database()) != before);
  json expected = report_of(real);
  expected["dry_run"] = true;
  CHECK(report_of(dry) == expected);

  const std::string content = content_of(move.server.database());
  const Ended again = move.import("--json");
  CHECK(again.code == 0);
  CHECK(report_of(again)["counts"]["chats"] == counts(7, 0, 7, 0, 0));
  CHECK(report_of(again)["counts"]["sessions"]["already_there"] == 4);
  CHECK(report_of(again)["counts"]["messages"]["already_there"] == 5);
  CHECK(content_of(move.server.database()) == content);

  // Without a database, a dry run makes none.
  move.forget_database();
  CHECK(move.import("--dry-run").says("dry run"));
  CHECK_FALSE(std::filesystem::exists(move.server.database()));
}

TEST_CASE("unknown tenants are told by name, or created with their agents and settings") {
  Move move;
  move.stop();
  const std::string agent = object_id(5, 1);
  move.old.add("tenants", {{"_id", move.old.id(kStranger)},
                           {"name", "The harbour"},
                           {"enabled_features", {"whatsapp_agent"}},
                           {"settings",
                            {{"whatsapp_agent",
                              {{"unipile_account_id", "acc_9"},
                               {"elevenlabs_agent_id", "agent_2"},
                               {"grace_period_seconds", move.old.number(5)},
                               {"blacklisted_numbers", {"+90 555 000 00 00"}}}}}}});
  move.old.add("agents", {{"_id", move.old.id(agent)}, {"name", "Pilot"}, {"elevenlabs_agent_id", "agent_2"}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kStranger, "prov_1", now() - minutes(5)));
  json chat = move.old.chat(object_id(1, 2), kStranger, "prov_2", now() - minutes(5));
  chat["unipile_account_id"] = "acc_9";
  move.old.add("whatsappchats", chat);
  move.old.add("tenants", {{"_id", move.old.id(kTenant)},
                           {"name", "clinic"},
                           {"settings", {{"whatsapp_agent", {{"elevenlabs_agent_id", "agent_9"}}}}}});
  const Ended refused = move.import("--dry-run");
  CHECK(refused.says("tenants.ndjson:2: tenant clinic has no agent with the ElevenLabs id"));
  CHECK(refused.code == 3);
  CHECK(refused.says("tenants.ndjson:1: \"The harbour\" is none of our tenants"));
  CHECK(refused.says("whatsappchats.ndjson:2: tenant_id: \"The harbour\" is none of our tenants"));
  CHECK(move.import("--create-tenants").code == 0);
  SQLite::Database database(move.server.database(), SQLite::OPEN_READWRITE);
  SQLite::Statement row(database, "SELECT name, settings FROM tenants WHERE id = ?");
  row.bind(1, kStranger);
  REQUIRE(row.executeStep());
  CHECK(row.getColumn(0).getString() == "The harbour");
  const json settings = json::parse(row.getColumn(1).getString());
  CHECK(settings["agent_id"] == agent);
  CHECK(settings["agents"][0]["elevenlabs_agent_id"] == "agent_2");
  CHECK(settings["blacklisted_numbers"] == json::array({"+905550000000"}));
  CHECK(settings["policy"]["grace_period_seconds"] == 30);
}

TEST_CASE("two tenants never become one: neither by --tenant, nor by account or name") {
  Move move;
  move.stop();
  const auto add_tenant = [&](const std::string& id, const std::string& name, const std::string& account) {
    move.old.add("tenants",
                 {{"_id", id}, {"name", name}, {"settings", {{"whatsapp_agent", {{"unipile_account_id", account}}}}}});
  };
  const Instant at = now() - minutes(5);
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", at));
  move.old.add("whatsappchats", move.old.chat(object_id(1, 2), kStranger, "prov_2", at));
  const std::string content = content_of(move.server.database());

  const Ended twice = move.import("--tenant clinic=" + kTenant + " --tenant clinic=" + kStranger);
  CHECK(twice.code == 2);
  CHECK(twice.says("clinic cannot be both " + kTenant + " and " + kStranger));
  CHECK(
      move.import("--tenant clinic=" + kTenant + " --tenant hotel=" + kTenant).says("cannot be both clinic and hotel"));

  add_tenant(kTenant, "clinic", "");
  add_tenant(kStranger, "clinic", "");
  const Ended names = move.import("--create-tenants --json");
  CHECK(names.code == 3);
  CHECK(report_of(names)["counts"]["chats"] == counts(2, 0, 0, 2, 0));
  CHECK(names.says("may be one of our tenants, or not; say which with --tenant"));
  CHECK(content_of(move.server.database()) == content);

  std::filesystem::remove(move.old.path("tenants"));
  add_tenant(kTenant, "clinic", "acc_1");
  add_tenant("clinic", "Another", "");
  const Ended accounts = move.import("--create-tenants");
  CHECK(accounts.code == 2);
  CHECK(accounts.says(kTenant));
  CHECK(accounts.says("clinic (\"Another\")"));
  CHECK(content_of(move.server.database()) == content);

  // Who says which is which gets both: the other one is created.
  std::filesystem::remove(move.old.path("tenants"));
  add_tenant(kTenant, "clinic", "");
  add_tenant(kStranger, "clinic", "");
  CHECK(move.import("--create-tenants --tenant clinic=" + kTenant).code == 0);
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT tenant FROM chats WHERE external_id = 'prov_1'").getString() == "clinic");
  CHECK(database.execAndGet("SELECT tenant FROM chats WHERE external_id = 'prov_2'").getString() == kStranger);
}

TEST_CASE("a session or message of another tenant than its chat stays out, by line") {
  Move move;
  move.stop();
  const Instant at = now() - minutes(5);
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", at));
  json session = move.old.session(object_id(2, 1), object_id(1, 1), "resolved", at);
  move.old.add("whatsappsessions", session);
  session.update({{"_id", object_id(2, 2)}, {"tenant_id", kStranger}});
  move.old.add("whatsappsessions", session);
  json message = move.old.message(object_id(3, 1), object_id(1, 1), nullptr, "ours", at);
  move.old.add("whatsappmessages", message);
  message.update({{"_id", object_id(3, 2)}, {"unipile_message_id", "um_2"}, {"tenant_id", kStranger}});
  move.old.add("whatsappmessages", message);
  const Ended ended = move.import("--tenant clinic=" + kTenant);
  CHECK(ended.code == 3);
  CHECK(ended.says("whatsappsessions.ndjson:2: tenant_id: is not that of its chat"));
  CHECK(ended.says("whatsappmessages.ndjson:2: tenant_id: is not that of its chat"));
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT count(*) FROM messages").getInt() == 1);
  CHECK(database.execAndGet("SELECT count(*) FROM sessions").getInt() == 1);
}

TEST_CASE("the blacklist and the grace period of a tenant that is here come along, until they are changed here") {
  Move move;
  {
    auto api = move.server.logged_in();
    REQUIRE(api.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 600);
  }
  move.stop();
  move.forget_database();
  const json settings = {{"unipile_account_id", "acc_1"},
                         {"grace_period_seconds", move.old.number(240)},
                         {"blacklisted_numbers", {"+90 555 000 00 01", "junk", 7, "+905559999999"}}};
  move.old.add("tenants", {{"_id", kTenant}, {"name", "The clinic"}, {"settings", {{"whatsapp_agent", settings}}}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", now() - minutes(5)));
  const Ended ended = move.import("--json");
  CHECK(ended.code == 3);
  CHECK(report_of(ended)["counts"]["settings"] == counts(5, 2, 1, 0, 2));
  CHECK(report_of(ended)["counts"]["chats"]["imported"] == 1);
  CHECK(ended.says("settings.whatsapp_agent.blacklisted_numbers[1]: expected a phone number"));

  move.server.start();
  auto api = move.server.logged_in();
  const std::string blacklist = api.get("/api/whatsapp/blacklist").body.dump();
  CHECK(blacklist.find("+905550000001") != std::string::npos);
  CHECK(blacklist.find("+905559999999") != std::string::npos);
  CHECK(api.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 240);
  json blocked = message_webhook("prov_9", "m9", "let me in");
  blocked["sender"]["attendee_specifics"]["phone_number"] = "+905550000001";
  blocked["sender"]["attendee_public_identifier"] = "905550000001@s.whatsapp.net";
  blocked["attendees"] = json::array({blocked["sender"]});
  auto client = move.server.client();
  REQUIRE(deliver(client, blocked).status == 200);
  const std::string id = chat_id_of(api, "prov_9");
  CHECK(messages_of(api, id).size() == 1);
  CHECK(api.get("/api/whatsapp/chats/" + id + "/sessions").body["data"].empty());

  REQUIRE(api.put("/api/whatsapp/config", {{"grace_period_seconds", 300}}).status == 200);
  move.stop();
  const Ended again = move.import("--json");
  CHECK(report_of(again)["counts"]["settings"] == counts(5, 0, 2, 1, 2));
  CHECK(again.says("grace_period_seconds: was changed here"));
  move.server.start();
  auto later = move.server.logged_in();
  CHECK(later.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 300);
}

TEST_CASE("a bad setting costs itself, and an agent goes only to its own tenant") {
  Move move;
  move.stop();
  const auto add_tenant = [&](std::uint32_t number, const json& settings) {
    move.old.add("tenants", {{"_id", object_id(9, number)},
                             {"name", "tenant " + std::to_string(number)},
                             {"settings", {{"whatsapp_agent", settings}}}});
  };
  add_tenant(7, {{"agent_id", object_id(5, 1)}, {"grace_period_seconds", 99'999}});
  add_tenant(8, {{"grace_period_seconds", "x"}, {"elevenlabs_agent_id", "nope"}, {"unipile_account_id", "acc_8"}});
  move.old.add("agents",
               {{"_id", object_id(5, 1)}, {"tenant_id", object_id(9, 8)}, {"elevenlabs_agent_id", "agent_2"}});
  move.old.add("agents",
               {{"_id", object_id(5, 2)}, {"tenant_id", object_id(9, 6)}, {"elevenlabs_agent_id", "agent_3"}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), object_id(9, 8), "prov_1", now() - minutes(5)));
  const Ended ended = move.import("--create-tenants --json");
  CHECK(ended.code == 3);
  const json report = report_of(ended);
  CHECK(report["counts"]["tenants"]["imported"] == 2);
  CHECK(report["counts"]["chats"]["imported"] == 1);
  CHECK(report["counts"]["agents"] == counts(2, 1, 0, 1, 0));
  CHECK(report["counts"]["settings"] == counts(2, 1, 0, 0, 1));
  CHECK(ended.says("settings.whatsapp_agent.grace_period_seconds: expected a"));
  CHECK(ended.says("agent_id: belongs to another tenant; the tenant was created without an agent"));
  CHECK(ended.says("elevenlabs_agent_id: is that of no agent in the export"));
  CHECK(ended.says("99999 is not between 30 and 1800; now 1800"));
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  const auto settings_of = [&](std::uint32_t number) {
    SQLite::Statement row(database, "SELECT settings FROM tenants WHERE id = ?");
    row.bind(1, object_id(9, number));
    REQUIRE(row.executeStep());
    return json::parse(row.getColumn(0).getString());
  };
  CHECK_FALSE(settings_of(7).contains("agent_id"));
  CHECK(settings_of(8)["unipile_account_id"] == "acc_8");
  CHECK(settings_of(8)["agents"].size() == 1);
}

TEST_CASE("while the server runs nothing is imported, and what makes no sense is a usage error") {
  Move move;
  move.add_tenant();
  write_every_state(move.old);
  const Ended busy = move.import();
  CHECK(busy.code == 1);
  CHECK(busy.says("stop the server first"));
  CHECK(move.import("--dry-run").code == 0);
  move.stop();
  CHECK(move.import("--tenant clinic").code == 2);
  CHECK(move.import("--tenant nobody=" + kTenant).code == 2);
  std::filesystem::remove(move.old.path("whatsappchats"));
  const Ended none = move.import();
  CHECK(none.code == 2);
  CHECK(none.says("no file of chats"));
}

TEST_CASE("twenty thousand messages go in at a rate that is told") {
  Move move(Spelling::canonical);
  move.stop();
  move.forget_database();
  constexpr std::uint32_t kChats = 400;
  constexpr std::uint32_t kMessages = 20'000;
  const Instant at = now() - minutes(600);
  for (std::uint32_t n = 0; n < kChats; ++n) {
    move.old.add("whatsappchats", move.old.chat(object_id(1, n), kTenant, "prov_" + std::to_string(n), at));
  }
  std::string lines;
  for (std::uint32_t n = 0; n < kMessages; ++n) {
    const json message = move.old.message(object_id(3, n), object_id(1, n % kChats), nullptr,
                                          "message " + std::to_string(n), at + sessioncore::Duration(n));
    lines += message.dump() + "\n";
  }
  move.old.add_text("whatsappmessages", lines);
  const auto start = std::chrono::steady_clock::now();
  const Ended ended = move.import("--progress --tenant clinic=" + kTenant);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  REQUIRE(ended.code == 0);
  CHECK(ended.says("whatsappmessages.ndjson: 20000 lines read"));
  std::printf("imported %u messages of %u chats in %.2f s, %.0f a second\n", kMessages, kChats, took.count(),
              kMessages / took.count());
  move.server.start();
  auto api = move.server.logged_in();
  const json messages = messages_of(api, object_id(1, 7));
  REQUIRE(messages.size() == kMessages / kChats);
  CHECK(messages[0]["text"] == "message 7");
  CHECK(messages.back()["text"] == "message 19607");
}
