// `sessiond import` on exports of the old system, and the server that goes on with what was imported (S15).
#include "support/import_run.hpp"

#include <chrono>
#include <filesystem>
#include <iterator>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using std::chrono::minutes;

namespace {

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
  old.add("users", {{"_id", old.id(object_id(4, 1))}, {"email", "Manager@Clinic.Example.com"}});
}

}  // namespace

TEST_CASE("sessions are listed by their start, and a number without its country code is left out by line") {
  Move move;
  move.stop();
  move.add_tenant();
  const Instant at = now() - minutes(50);
  json chat = move.old.chat(object_id(1, 1), kTenant, "prov_1", at);
  chat.update({{"active_session_id", move.old.id(object_id(2, 1))}, {"contact_phone", "0555 111 22 33"}});
  move.old.add("whatsappchats", chat);
  move.old.add("whatsappsessions", move.old.session(object_id(2, 1), object_id(1, 1), "active", at));
  json later = move.old.session(object_id(2, 2), object_id(1, 1), "resolved", at + minutes(9));
  later["resolved_by"] = "manual";
  move.old.add("whatsappsessions", later);
  CHECK(move.import().says("whatsappchats.ndjson:1: contact_phone: is no phone number with its country code"));
  move.server.start();
  auto api = move.server.logged_in();
  const std::string path = "/api/whatsapp/chats/" + object_id(1, 1);
  CHECK(api.get(path).body["contact_phone"] == "");
  const json sessions = api.get(path + "/sessions").body["data"];
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0]["status"] == "resolved");
  CHECK(sessions[1]["status"] == "active");
  CHECK(api.get(path + "/sessions?limit=1&page=2").body["data"] == json::array({sessions[1]}));
}

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
    auto manager = move.server.logged_in(kManager);
    CHECK(held["taken_over_by"]["_id"] == manager.get("/api/auth/me").body["_id"]);
    CHECK(manager.post("/api/whatsapp/chats/" + object_id(1, 2) + "/takeover").status == 200);
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
    REQUIRE(sessioncore::story::wait_until(60s, [&] { return !chat_id_of(api, provider_chat).empty(); }));
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
  CHECK(sessioncore::story::wait_until(60s, [&] {
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
