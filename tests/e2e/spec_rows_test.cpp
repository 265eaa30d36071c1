// The rows of the spec about the API, one by one, through real HTTP: statistics (S9.3), chats (S9.4), actions (S9.5),
// the flat view (S10), the blacklist (S12). A test's name begins with the clause.
#include "support/server_fixture.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

const std::string kAdmin = "admin@clinic.example.com";

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

std::string code_of(const Answer& answer) {
  return answer.body.is_object() && answer.body.contains("error") ? answer.body["error"].value("code", "")
                                                                  : answer.text;
}

std::string in_query(const std::string& text) {
  std::string encoded;
  for (const unsigned char c : text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    encoded += {'%', kDigits[c / 16], kDigits[c % 16]};
  }
  return encoded;
}

/// A server, and chats whose messages are delivered to it.
struct Desk {
  explicit Desk(const json& changes = json::object())
      : server(changes), api(server.logged_in()), hook(server.client()) {}

  void write(const std::string& chat, const std::string& text = "hello", const std::string& name = "Ada",
             const std::string& phone = "+905550000001") {
    json webhook = message_webhook(chat, chat + "_m" + std::to_string(++count), text);
    for (json* person : {&webhook["sender"], &webhook["attendees"][0]}) {
      (*person)["attendee_name"] = name;
      (*person)["attendee_specifics"]["phone_number"] = phone;
      (*person)["attendee_public_identifier"] = phone.substr(1) + "@s.whatsapp.net";
    }
    REQUIRE(deliver(hook, webhook).status == 200);
  }
  /// The business's own phone answers.
  void answer_from_phone(const std::string& chat) {
    json webhook = message_webhook(chat, chat + "_m" + std::to_string(++count), "from the phone");
    webhook["is_sender"] = true;
    REQUIRE(deliver(hook, webhook).status == 200);
  }
  std::string path(const std::string& chat) { return "/api/whatsapp/chats/" + chat_id_of(api, chat); }
  json view(const std::string& chat) { return api.get(path(chat)).body; }
  Answer act(const std::string& chat, const std::string& action, const json& body = json::object()) {
    return api.post(path(chat) + "/" + action, body);
  }
  void must_act(const std::string& chat, const std::string& action, const json& body = json::object()) {
    const auto answer = act(chat, action, body);
    REQUIRE_MESSAGE(answer.status == 200, chat << " " << action << ": " << answer.text);
  }
  std::set<std::string> listed(const std::string& query) {
    const auto answer = api.get("/api/whatsapp/chats?limit=100&" + query);
    REQUIRE_MESSAGE(answer.status == 200, answer.text);
    std::set<std::string> names;
    for (const auto& chat : answer.body["data"]) names.insert(chat["unipile_chat_id"].get<std::string>());
    CHECK(answer.body["pagination"]["total"] == names.size());
    return names;
  }
  std::set<std::string> found(const std::string& search) { return listed("search=" + in_query(search)); }
  json stats() { return api.get("/api/whatsapp/stats").body; }

  ServerFixture server;
  JsonClient api;
  JsonClient hook;
  int count = 0;
};

using Names = std::set<std::string>;

/// One chat in each state of S10, named after it.
struct AllStates : Desk {
  AllStates() {
    for (const char* chat : {"waiting", "resolved", "closed", "by_user", "by_phone", "ai", "reopened"}) write(chat);
    answer_from_phone("resolved");
    must_act("closed", "close");
    must_act("by_user", "takeover");
    must_act("by_phone", "takeover");
    must_act("by_phone", "release");
    answer_from_phone("by_phone");
    must_act("ai", "takeover");
    must_act("ai", "release");
    must_act("reopened", "close");
    must_act("reopened", "reopen");
  }
};

}  // namespace

TEST_CASE("S10 each state has the mode and session status of its row") {
  AllStates desk;
  const auto check = [&](const std::string& chat, const std::string& mode, const std::string& status) {
    const json view = desk.view(chat);
    CHECK_MESSAGE(view["mode"] == mode, chat);
    CHECK_MESSAGE(view["session_status"] == status, chat);
    for (const char* internal : {"active_session_id", "is_closed", "_session", "_activeSession", "_mode", "state"}) {
      CHECK_FALSE(view.contains(internal));
    }
    return view;
  };
  const json resolved = check("resolved", "ai", "idle");
  CHECK(resolved["session_started_at"].is_null());
  CHECK(resolved["session_grace_deadline"].is_null());
  check("reopened", "ai", "idle");
  check("closed", "closed", "idle");
  const json waiting = check("waiting", "human", "waiting");
  CHECK(waiting["session_grace_deadline"].is_string());
  const json by_user = check("by_user", "human", "idle");
  CHECK(by_user["taken_over_by"] == json({{"_id", kAdmin}, {"name", "User " + kAdmin}, {"email", kAdmin}}));
  CHECK(by_user["taken_over_at"].is_string());
  const json by_phone = check("by_phone", "human", "idle");
  CHECK(by_phone["taken_over_by"].is_null());
  CHECK(by_phone["taken_over_at"].is_string());
  const json ai = check("ai", "ai", "idle");
  CHECK(ai["taken_over_at"].is_null());
  CHECK(ai["session_started_at"].is_string());
}

TEST_CASE("S9.4 chats: each mode filter finds exactly the chats that show this mode") {
  AllStates desk;
  CHECK(desk.listed("mode=ai") == Names{"resolved", "ai", "reopened"});
  CHECK(desk.listed("mode=human") == Names{"waiting", "by_user", "by_phone"});
  CHECK(desk.listed("mode=closed") == Names{"closed"});
  CHECK(desk.listed("mode=queued").empty());
  CHECK(desk.listed("mode=").size() == 7);
  CHECK(desk.listed("").size() == 7);
  CHECK(desk.api.get("/api/whatsapp/chats?mode=Human").status == 400);
}

TEST_CASE("S9.4 chats: a mode filter and a search hold together") {
  Desk desk;
  desk.write("a", "hello", "Ada");
  desk.write("b", "hello", "Ada");
  desk.write("c", "hello", "Bob");
  desk.must_act("b", "close");
  CHECK(desk.listed("mode=human&search=ada") == Names{"a"});
  CHECK(desk.listed("mode=closed&search=ada") == Names{"b"});
}

TEST_CASE("S9.3 stats follow the formulas of the spec") {
  AllStates desk;
  desk.write("waiting", "one more");
  const json expected = {{"totalChats", 7},   {"aiChats", 1},     {"humanChats", 3},    {"closedChats", 1},
                         {"waitingChats", 1}, {"queuedChats", 0}, {"totalMessages", 10}};
  CHECK(desk.stats() == expected);
  desk.must_act("by_user", "close");
  const json after = desk.stats();
  CHECK(after["closedChats"] == 2);
  CHECK(after["humanChats"] == 2);
}

TEST_CASE("S9.3 stats and R27: who waits for a human counts with humanChats, and mode=queued finds them") {
  Desk desk(json{{"policy", {{"grace_period_seconds", 0.2}, {"reconnect_base_seconds", 0.05}}},
                 {"elevenlabs", {{"base_url", "http://127.0.0.1:1"}}}});
  desk.write("asked");
  REQUIRE(wait_for([&] { return desk.view("asked")["session_status"] == "queued"; }));
  CHECK(desk.view("asked")["mode"] == "human");
  CHECK(desk.listed("mode=queued") == Names{"asked"});
  CHECK(desk.listed("mode=human") == Names{"asked"});
  CHECK(desk.listed("mode=ai").empty());
  const json stats = desk.stats();
  CHECK(stats["queuedChats"] == 1);
  CHECK(stats["humanChats"] == 1);
  CHECK(stats["aiChats"] == 0);
  CHECK(stats["waitingChats"] == 0);
}

TEST_CASE("S9.4 chats: search finds parts of names in either case, Turkish letters too") {
  Desk desk;
  desk.write("ayse", "hello", "AYŞE Yılmaz");
  desk.write("ipek", "hello", "İpek IŞIK");
  desk.write("umlaut", "hello", "Jürgen Groß");
  CHECK(desk.found("ayşe") == Names{"ayse"});
  CHECK(desk.found("Ayse") == Names{"ayse"});
  CHECK(desk.found("YILMAZ") == Names{"ayse"});
  CHECK(desk.found("yilm") == Names{"ayse"});
  CHECK(desk.found("ipek") == Names{"ipek"});
  CHECK(desk.found("İPEK") == Names{"ipek"});
  CHECK(desk.found("IPEK") == Names{"ipek"});
  CHECK(desk.found("ışık") == Names{"ipek"});
  CHECK(desk.found("isik") == Names{"ipek"});
  CHECK(desk.found("JÜRGEN") == Names{"umlaut"});
  CHECK(desk.found("Ju\xcc\x88rgen") == Names{"umlaut"});  // u and a combining diaeresis
  CHECK(desk.found("gross") == Names{"umlaut"});
  CHECK(desk.found("e Y") == Names{"ayse"});
  CHECK(desk.found("nobody").empty());
}

TEST_CASE("S9.4 chats: search takes wildcards and quotes for what they are") {
  Desk desk;
  desk.write("plain", "hello", "Ada");
  desk.write("percent", "hello", "100% Ada");
  desk.write("odd", "hello", "a_b\\c'd");
  CHECK(desk.found("%") == Names{"percent"});
  CHECK(desk.found("0%") == Names{"percent"});
  CHECK(desk.found("_") == Names{"odd"});
  CHECK(desk.found("\\") == Names{"odd"});
  CHECK(desk.found("'") == Names{"odd"});
  CHECK(desk.found("A%a").empty());
  CHECK(desk.found("\xff\xfe").empty());
  CHECK(desk.found("") == Names{"plain", "percent", "odd"});
}

TEST_CASE("S9.4 chats: search finds parts of phones however they are written") {
  Desk desk;
  desk.write("one", "hello", "Ada", "+905551112233");
  desk.write("two", "hello", "Bob", "+905554445566");
  CHECK(desk.found("+905551112233") == Names{"one"});
  CHECK(desk.found("+90 555 111 22 33") == Names{"one"});
  CHECK(desk.found("(0555) 111-22-33") == Names{"one"});
  CHECK(desk.found("1112") == Names{"one"});
  CHECK(desk.found("555") == Names{"one", "two"});
  CHECK(desk.found("777").empty());
}

TEST_CASE("S9.4 chats: pages, their limits and their edges") {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.write("chat_" + std::to_string(i));
  const auto page = [&](const std::string& query) { return desk.api.get("/api/whatsapp/chats?" + query).body; };
  const json second = page("page=2&limit=2");
  CHECK(second["pagination"] == json({{"page", 2}, {"limit", 2}, {"total", 5}, {"pages", 3}}));
  CHECK(second["data"].size() == 2);
  CHECK(page("page=3&limit=2")["data"].size() == 1);
  const json beyond = page("page=4&limit=2");
  CHECK(beyond["data"].empty());
  CHECK(beyond["pagination"]["total"] == 5);
  CHECK(page("page=999999999&limit=100")["data"].empty());
  CHECK(page("limit=101")["pagination"]["limit"] == 100);
  CHECK(page("")["pagination"] == json({{"page", 1}, {"limit", 20}, {"total", 5}, {"pages", 1}}));
  const json first = page("limit=2")["data"];
  CHECK(first[0]["unipile_chat_id"] == "chat_4");  // the latest first
  CHECK(first[1]["unipile_chat_id"] == "chat_3");
  const auto listed_by = std::chrono::system_clock::now() + 2ms;  // the list knows milliseconds
  REQUIRE(wait_for([&] { return std::chrono::system_clock::now() > listed_by; }));
  desk.write("chat_1", "again");
  CHECK(page("")["data"][0]["unipile_chat_id"] == "chat_1");
}

TEST_CASE("S9.4 messages: at most 200 a page, page 1 is the latest, oldest first within a page") {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.write("chat", "text " + std::to_string(i));
  const auto page = [&](const std::string& query) {
    return desk.api.get(desk.path("chat") + "/messages?" + query).body;
  };
  CHECK(page("limit=201")["pagination"]["limit"] == 200);
  CHECK(page("limit=200")["pagination"]["limit"] == 200);
  CHECK(page("")["pagination"] == json({{"page", 1}, {"limit", 50}, {"total", 5}, {"pages", 1}}));
  const json latest = page("limit=2")["data"];
  CHECK(latest[0]["text"] == "text 3");
  CHECK(latest[1]["text"] == "text 4");
  CHECK(page("limit=2&page=3")["data"][0]["text"] == "text 0");
  CHECK(page("limit=2&page=4")["data"].empty());
}

TEST_CASE("S9.4 sessions: the latest start first, with how each one ended") {
  Desk desk;
  desk.write("chat");
  desk.answer_from_phone("chat");
  desk.write("chat", "a second question");
  desk.must_act("chat", "close");
  desk.write("chat", "a third question");
  const json sessions = desk.api.get(desk.path("chat") + "/sessions").body;
  REQUIRE(sessions["data"].size() == 3);
  CHECK(sessions["data"][0]["status"] == "waiting");
  CHECK(sessions["data"][0]["resolved_by"].is_null());
  CHECK(sessions["data"][1]["resolved_by"] == "manual");
  CHECK(sessions["data"][2]["resolved_by"] == "human");
  CHECK(sessions["data"][2]["status"] == "resolved");
  CHECK(sessions["data"][0]["started_at"] >= sessions["data"][1]["started_at"]);
  CHECK(sessions["data"][1]["started_at"] >= sessions["data"][2]["started_at"]);
  CHECK(desk.api.get(desk.path("chat") + "/sessions?limit=1&page=3").body["data"][0]["resolved_by"] == "human");
  CHECK(desk.api.get(desk.path("chat") + "/sessions?limit=500").body["pagination"]["limit"] == 200);
}

TEST_CASE("S9.5 takeover: a waiting session becomes active without a grace period") {
  Desk desk;
  desk.write("chat");
  desk.must_act("chat", "takeover");
  CHECK(desk.view("chat")["session_grace_deadline"].is_null());
  const json session = desk.api.get(desk.path("chat") + "/sessions").body["data"][0];
  CHECK(session["status"] == "active");
  CHECK(session["taken_over_by"] == kAdmin);
}

TEST_CASE("S9.5 release: not immediate asks nothing, immediate asks about what is pending") {
  Desk desk;
  desk.write("chat", "pending");
  desk.must_act("chat", "takeover");
  const auto later = desk.act("chat", "release");
  CHECK(later.status == 200);
  CHECK(later.body["pendingCount"] == 0);
  CHECK(later.body["taken_over_by"].is_null());
  CHECK(later.body["taken_over_at"].is_null());
  desk.must_act("chat", "takeover");
  CHECK(desk.act("chat", "release", {{"immediate", true}}).body["pendingCount"] == 1);
}

TEST_CASE("S9.5 send: in a waiting session it resolves the session as human") {
  Desk desk;
  desk.write("chat");
  const auto sent = desk.act("chat", "send", {{"text", "an answer"}});
  REQUIRE(sent.status == 200);
  CHECK(sent.body["session_id"].is_string());
  const json session = desk.api.get(desk.path("chat") + "/sessions").body["data"][0];
  CHECK(session["status"] == "resolved");
  CHECK(session["resolved_by"] == "human");
  CHECK(code_of(desk.act("chat", "send", {{"text", "one more"}})) == "no_active_session");
}

TEST_CASE("S9.5 close and reopen: the session is resolved as manual, and only a message starts another") {
  Desk desk;
  desk.write("chat");
  desk.must_act("chat", "close");
  CHECK(desk.api.get(desk.path("chat") + "/sessions").body["data"][0]["resolved_by"] == "manual");
  desk.must_act("chat", "close");  // R28
  desk.must_act("chat", "reopen");
  desk.must_act("chat", "reopen");
  CHECK(desk.view("chat")["mode"] == "ai");
  CHECK(desk.api.get(desk.path("chat") + "/sessions").body["pagination"]["total"] == 1);
  desk.write("chat", "again");
  CHECK(desk.view("chat")["session_status"] == "waiting");
  CHECK(desk.api.get(desk.path("chat") + "/sessions").body["pagination"]["total"] == 2);
}

TEST_CASE("S6.2 a message of the contact reopens a closed chat") {
  Desk desk;
  desk.write("chat");
  desk.must_act("chat", "close");
  desk.write("chat", "again");
  CHECK(desk.view("chat")["mode"] == "human");
  CHECK(desk.stats()["closedChats"] == 0);
}

TEST_CASE("S12.1 to S12.4 a blacklisted contact's messages are kept outside of any session") {
  Desk desk(json{{"policy", {{"grace_period_seconds", 0.2}}}});
  desk.write("blocked", "one", "Eve", "+905559999999");
  desk.write("blocked", "two", "Eve", "+905559999999");
  desk.write("usual");
  REQUIRE(wait_for([&] { return desk.view("usual")["session_status"] != "waiting"; }));  // its grace period is over
  const json messages = messages_of(desk.api, chat_id_of(desk.api, "blocked"));
  REQUIRE(messages.size() == 2);
  for (const auto& message : messages) {
    CHECK(message["session_id"].is_null());
    CHECK(message["sender"] == "contact");
  }
  CHECK(desk.api.get(desk.path("blocked") + "/sessions").body["pagination"]["total"] == 0);
  const json view = desk.view("blocked");
  CHECK(view["mode"] == "ai");
  CHECK(view["session_status"] == "idle");
  CHECK(view["message_count"] == 2);
  CHECK(view["last_message_preview"] == "two");
  CHECK(desk.listed("") == Names{"blocked", "usual"});
}

TEST_CASE("S12.5 a message of a blacklisted contact reopens the closed chat, without a session") {
  Desk desk;
  desk.write("blocked", "one", "Eve", "+905559999999");
  desk.must_act("blocked", "close");
  CHECK(desk.view("blocked")["mode"] == "closed");
  desk.write("blocked", "two", "Eve", "+905559999999");
  CHECK(desk.view("blocked")["mode"] == "ai");
  CHECK(desk.stats()["closedChats"] == 0);
  CHECK(desk.api.get(desk.path("blocked") + "/sessions").body["pagination"]["total"] == 0);
}

TEST_CASE("S12.6 the blacklist takes a number in any spelling, and only the whole number") {
  Desk desk;  // its blacklist says +90 555 999 99 99
  desk.write("spaces", "x", "Eve", "+90 555 999 9999");
  desk.write("longer", "x", "Eve", "+9055599999991");
  desk.write("other", "x", "Eve", "+905559999998");
  CHECK(desk.view("spaces")["session_status"] == "idle");
  CHECK(desk.view("longer")["session_status"] == "waiting");
  CHECK(desk.view("other")["session_status"] == "waiting");
}
