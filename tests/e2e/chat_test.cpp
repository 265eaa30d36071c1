// The life of a chat through the API, shape by shape: reads, actions, refusals.
#include "support/server_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

const std::string kAdmin = "admin@clinic.example.com";
const std::string kManager = "manager@clinic.example.com";

std::string code_of(const Answer& answer) {
  return answer.body.is_object() && answer.body.contains("error") ? answer.body["error"].value("code", "")
                                                                  : answer.text;
}

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(30s, condition);
}

/// A chat that both stand-in and server know, waiting for a human.
struct ChatFixture {
  explicit ChatFixture(const json& changes = json::object()) : server(changes), api(server.logged_in()) {
    write("hello");
    REQUIRE(wait_for([&] { return !chat_id_of(api, provider_chat).empty(); }));
    id = chat_id_of(api, provider_chat);
    path = "/api/whatsapp/chats/" + id;
  }
  void write(const std::string& text) {
    const json body = {{"phone", "+905551112233"}, {"name", "Ayse"}, {"text", text}};
    provider_chat = json::parse(server.unipile.control("POST", "/sim/contact", body.dump()).body).at("chat_id");
  }
  json view() { return api.get(path).body; }
  json messages() { return messages_of(api, id); }
  [[nodiscard]] json phone() const { return json::parse(server.unipile_chat(provider_chat)).at("messages"); }

  ServerFixture server;
  JsonClient api;
  std::string provider_chat;
  std::string id;
  std::string path;
};

}  // namespace

TEST_CASE("a waiting chat has the shape of the spec") {
  ChatFixture chat;
  const json view = chat.view();
  CHECK(view["_id"] == chat.id);
  CHECK(view["tenant_id"] == "clinic");
  CHECK(view["unipile_chat_id"] == chat.provider_chat);
  CHECK(view["contact_name"] == "Ayse");
  CHECK(view["contact_phone"] == "+905551112233");
  CHECK(view["mode"] == "human");
  CHECK(view["session_status"] == "waiting");
  CHECK(view["taken_over_by"].is_null());
  CHECK(view["taken_over_at"].is_null());
  CHECK(view["session_started_at"].is_string());
  CHECK(view["session_grace_deadline"].is_string());
  CHECK(view["session_resolved_by"].is_null());
  CHECK(view["message_count"] == 1);
  CHECK(view["last_message_preview"] == "hello");
  CHECK(view["last_message_at"].get<std::string>().size() == 24);
  CHECK(view["createdAt"].get<std::string>().back() == 'Z');
  CHECK_FALSE(view.contains("is_closed"));

  const json sessions = chat.api.get(chat.path + "/sessions").body;
  CHECK(sessions["pagination"] == json({{"page", 1}, {"limit", 20}, {"total", 1}, {"pages", 1}}));
  const json session = sessions["data"][0];
  CHECK(session["_id"] == chat.id + "-s1");
  CHECK(session["chat_id"] == chat.id);
  CHECK(session["status"] == "waiting");
  CHECK(session["resolved_by"].is_null());
  CHECK(session["message_count"] == 1);

  const json message = chat.messages()[0];
  CHECK(message["_id"] == chat.id + "-m1");
  CHECK(message["session_id"] == chat.id + "-s1");
  CHECK(message["sender"] == "contact");
  CHECK(message["sender_name"] == "Ayse");
  CHECK(message["text"] == "hello");
  CHECK(message["sent_via_unipile"] == false);
  CHECK(message["delivery"].is_null());

  const json stats = chat.api.get("/api/whatsapp/stats").body;
  CHECK(stats["totalChats"] == 1);
  CHECK(stats["waitingChats"] == 1);
  CHECK(stats["humanChats"] == 1);
  CHECK(stats["aiChats"] == 0);
  CHECK(chat.api.get("/api/whatsapp/agents").body ==
        json::array({{{"_id", "reception"}, {"name", "Reception"}, {"is_active", true}}}));
}

TEST_CASE("takeover, send, release and close answer as the spec says") {
  ChatFixture chat;
  const auto taken = chat.api.post(chat.path + "/takeover");
  REQUIRE(taken.status == 200);
  CHECK(taken.body["mode"] == "human");
  CHECK(taken.body["session_status"] == "idle");
  CHECK(taken.body["taken_over_by"] == json({{"_id", kAdmin}, {"name", "User " + kAdmin}, {"email", kAdmin}}));
  CHECK(taken.body["taken_over_at"].is_string());
  CHECK(chat.api.post(chat.path + "/takeover").status == 200);

  const auto sent = chat.api.post(chat.path + "/send", {{"text", "How can I help?"}});
  REQUIRE(sent.status == 200);
  const json delivery = sent.body["delivery"];
  CHECK((delivery == "pending" || delivery == "sent"));  // it may be out before the answer is written
  CHECK(sent.body["text"] == "How can I help?");
  CHECK(sent.body["sender"] == "human");
  CHECK(sent.body["sender_name"] == kAdmin);
  CHECK(sent.body["sent_via_unipile"] == true);
  CHECK(wait_for([&] { return chat.phone().size() == 2 && chat.messages().back()["delivery"] == "sent"; }));

  chat.write("I have a question");
  REQUIRE(wait_for([&] { return chat.messages().size() == 3; }));
  const auto released = chat.api.post(chat.path + "/release", {{"immediate", true}});
  REQUIRE(released.status == 200);
  CHECK(released.body["pendingCount"] == 1);
  CHECK(released.body["mode"] == "ai");
  CHECK(released.body["taken_over_by"].is_null());
  CHECK(wait_for([&] { return chat.phone().size() == 4; }));

  const auto closed = chat.api.post(chat.path + "/close");
  REQUIRE(closed.status == 200);
  CHECK(closed.body["mode"] == "closed");
  CHECK(chat.api.get("/api/whatsapp/chats?mode=closed").body["pagination"]["total"] == 1);
  CHECK(chat.api.get("/api/whatsapp/chats?mode=human").body["pagination"]["total"] == 0);
  CHECK(chat.api.post(chat.path + "/reopen").body["mode"] == "ai");
}

TEST_CASE("who holds a chat and works for another tenant now is shown by the id only") {
  ChatFixture chat;
  auto manager = chat.server.logged_in(kManager);
  REQUIRE(manager.post(chat.path + "/takeover").status == 200);
  CHECK(chat.view()["taken_over_by"]["name"] == "User " + kManager);
  {
    SQLite::Database database(chat.server.database(), SQLite::OPEN_READWRITE, 10'000);
    REQUIRE(database.exec("UPDATE users SET tenant = 'hotel', name = 'Known to the hotel'"
                          " WHERE email = 'manager@clinic.example.com'") == 1);
  }
  const json holder = {{"_id", kManager}, {"name", kManager}, {"email", kManager}};
  CHECK(chat.view()["taken_over_by"] == holder);
  CHECK(chat.api.get("/api/whatsapp/chats").body["data"][0]["taken_over_by"] == holder);
  const auto held = chat.api.post(chat.path + "/takeover");
  CHECK(code_of(held) == "already_held");
  CHECK(held.body["error"]["details"]["by"] == kManager);
  CHECK(held.body["error"]["details"]["name"] == kManager);
}

TEST_CASE("what the rules refuse is a 409 with the reason") {
  ChatFixture chat;
  auto manager = chat.server.logged_in(kManager);
  REQUIRE(manager.post(chat.path + "/takeover").status == 200);
  const auto held = chat.api.post(chat.path + "/takeover");
  CHECK(held.status == 409);
  CHECK(code_of(held) == "already_held");
  CHECK(held.body["error"]["details"]["by"] == kManager);
  CHECK(held.body["error"]["details"]["since"].is_string());
  CHECK(chat.api.post(chat.path + "/takeover", {{"force", true}}).body["taken_over_by"]["_id"] == kAdmin);

  REQUIRE(chat.api.post(chat.path + "/release").status == 200);
  CHECK(code_of(chat.api.post(chat.path + "/release")) == "not_held");
  const auto in_ai_mode = chat.api.post(chat.path + "/send", {{"text", "hi"}});
  CHECK(in_ai_mode.status == 409);
  CHECK(code_of(in_ai_mode) == "not_in_human_mode");
  const auto claimed = chat.api.post(chat.path + "/send", {{"text", "hi"}, {"claim", true}});
  CHECK(claimed.status == 200);
  CHECK(chat.view()["taken_over_by"]["_id"] == kAdmin);

  REQUIRE(chat.api.post(chat.path + "/close").status == 200);
  CHECK(code_of(chat.api.post(chat.path + "/send", {{"text", "hi"}})) == "chat_closed");
  CHECK(code_of(chat.api.post(chat.path + "/takeover")) == "chat_closed");
}

TEST_CASE("every decision names the rows that made it, in order") {
  ChatFixture chat;
  REQUIRE(chat.api.post(chat.path + "/takeover").status == 200);
  const json answer = chat.api.get(chat.path + "/decisions").body;
  const json first = answer["data"][0];
  CHECK(first["_id"] == chat.id + "-d0");
  CHECK(first["event"]["type"] == "contact_message");
  CHECK(first["verdict"] == "accepted");
  CHECK(first["reason"].is_null());
  CHECK(first["phase_before"] == "none");
  CHECK(first["phase_after"] == "waiting");
  CHECK(first["rules"][0] == "18.1/2");
  CHECK(first["explanation"].size() == first["rules"].size());
  const json second = answer["data"][1];
  CHECK(second["event"]["type"] == "take_over");
  CHECK_FALSE(second["rules"].empty());
}

TEST_CASE("neither texts nor secrets reach the log") {
  ChatFixture chat;
  REQUIRE(chat.api.post(chat.path + "/takeover").status == 200);
  REQUIRE(chat.api.post(chat.path + "/send", {{"text", "a confidential sentence"}}).status == 200);
  chat.write("the contact's own confidential words");
  REQUIRE(wait_for([&] { return chat.messages().size() == 3; }));
  CHECK(chat.server.stop() == 0);
  const std::string log = chat.server.log();
  CHECK(log.find("\"event\":\"started\"") != std::string::npos);
  for (const char* secret : {"confidential", "Ayse", "905551112233", kWebhookSecret, kJwtSecret, kPassword, "agent-key",
                             "unipile-key", "Bearer"}) {
    CHECK_MESSAGE(log.find(secret) == std::string::npos, secret);
  }
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(json::accept(line), line);
}
