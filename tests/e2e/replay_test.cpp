// `sessiond replay` and `sessiond explain` on the database of a server that runs.
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

std::string with_config(const ServerFixture& server, const std::string& command) {
  return command + " --config " + server.folder() + "/sessiond.json";
}

/// A contact who is known to the stand-in, so that answers reach them; the stand-in's id of the chat.
std::string write_as_contact(const ServerFixture& server, const std::string& phone, const std::string& text) {
  const json body = {{"phone", phone}, {"text", text}};
  const auto written = server.unipile.control("POST", "/sim/contact", body.dump());
  return json::parse(written.body).at("chat_id").get<std::string>();
}

std::string chat_when_stored(JsonClient& api, const std::string& provider_chat) {
  REQUIRE(wait_for([&] { return !chat_id_of(api, provider_chat).empty(); }));
  return chat_id_of(api, provider_chat);
}

void change(const ServerFixture& server, const std::string& statement) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE, 10'000);
  REQUIRE(database.exec(statement) == 1);
}

}  // namespace

TEST_CASE("P8: what a server decided replays to the same, while it runs, and a changed row is found and shown") {
  ServerFixture server(json{{"policy", {{"grace_period_seconds", 0.5}}}});
  auto api = server.logged_in();
  const std::string answered = write_as_contact(server, "+905551112233", "hello from the contact");
  const std::string chat = chat_when_stored(api, answered);
  REQUIRE(wait_for([&] { return messages_of(api, chat).size() == 2; }));
  REQUIRE(api.post("/api/whatsapp/chats/" + chat + "/takeover").status == 200);
  REQUIRE(api.post("/api/whatsapp/chats/" + chat + "/send", {{"text", "words of an operator"}}).status == 200);
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_2", "m1", "another contact")).status == 200);

  const auto one = sessiond(with_config(server, "replay " + chat));
  CHECK(one.code == 0);
  CHECK(one.says("chat " + chat + ": "));
  CHECK(one.says(" decisions, equal"));
  const auto all = sessiond(with_config(server, "replay --all"));
  CHECK(all.code == 0);
  CHECK(all.says("2 chats, "));
  CHECK(all.says("all equal"));
  CHECK(sessiond(with_config(server, "replay --all --tenant hotel")).says("0 chats, 0 decisions"));

  REQUIRE(server.stop() == 0);
  change(server, "UPDATE messages SET text = 'words of somebody else' WHERE text = 'words of an operator'");
  const auto hidden = sessiond(with_config(server, "replay " + chat));
  CHECK(hidden.code == 4);
  CHECK(hidden.says("(message): message 3: text"));
  CHECK_FALSE(hidden.says("words of"));
  const auto shown = sessiond(with_config(server, "replay --show-text " + chat));
  CHECK(shown.code == 4);
  CHECK(shown.says("words of somebody else"));
  CHECK(shown.says("words of an operator"));

  change(server, "UPDATE decisions SET phase_after = 5 WHERE number = 0 AND event LIKE '%another contact%'");
  const auto differing = sessiond(with_config(server, "replay --all"));
  CHECK(differing.code == 4);
  CHECK(differing.says("differs at decision 0 (phases)"));
  CHECK(differing.says(R"({"phase_after":"resolved"})"));
  CHECK(differing.says(R"({"phase_after":"waiting"})"));
  CHECK(differing.says("2 chats differ"));
  CHECK_FALSE(differing.says("another contact"));
}

TEST_CASE("replay finds a changed column of the chat's row, which lists and counts show") {
  ServerFixture server;
  auto client = server.client();
  auto api = server.logged_in();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "words of the contact")).status == 200);
  REQUIRE(wait_for([&] { return !chat_id_of(api, "chat_1").empty(); }));
  REQUIRE(server.stop() == 0);
  REQUIRE(sessiond(with_config(server, "replay --all")).code == 0);
  const std::string kept = server.folder() + "/kept.db";
  std::filesystem::copy_file(server.database(), kept);
  struct Row {
    const char* change;
    const char* found;
  };
  for (const Row& row :
       {Row{"version = version + 1", "version"}, Row{"phase = 0", "phase"}, Row{"closed = 1", "closed"},
        Row{"session = 9", "session"}, Row{"message_count = 77", "message_count"},
        Row{"decision_count = 9", "decision_count"}, Row{"next_deadline_ms = NULL", "next_deadline_ms"},
        Row{"next_deadline_ms = next_deadline_ms + 1", "next_deadline_ms"},
        Row{"needs_recovery = 1 - needs_recovery", "needs_recovery"}, Row{"last_message = 0", "last_message"},
        Row{"last_message = 2", "last_message"}, Row{"last_message_at_ms = 5", "last_message_at_ms"},
        Row{"last_message_preview = ''", "last_message_preview"},
        Row{"last_message_preview = 'never said'", "last_message_preview"}}) {
    CAPTURE(row.change);
    change(server, std::string("UPDATE chats SET ") + row.change);
    const auto differing = sessiond(with_config(server, "replay --all"));
    CHECK(differing.code == 4);
    CHECK(differing.says(std::string("(chat): ") + row.found + "\n"));
    CHECK_FALSE(differing.says("never said"));
    for (const char* ending : {"-wal", "-shm"}) std::filesystem::remove(server.database() + ending);
    std::filesystem::copy_file(kept, server.database(), std::filesystem::copy_options::overwrite_existing);
  }
  CHECK(sessiond(with_config(server, "replay --all")).code == 0);
}

TEST_CASE("what of one chat cannot be read, and what is left of a deleted one, leaves no other unproved") {
  ServerFixture server;
  auto client = server.client();
  auto api = server.logged_in();
  std::vector<std::string> ids;
  for (const char* chat : {"chat_1", "chat_2", "chat_3", "chat_4"}) {
    REQUIRE(deliver(client, message_webhook(chat, chat, "words of the contact")).status == 200);
    ids.push_back(chat_id_of(api, chat));
  }
  REQUIRE(server.stop() == 0);
  change(server, "UPDATE decisions SET event = 'garbage' WHERE chat = 1");
  change(server, "UPDATE chats SET state = 'garbage' WHERE chat = 2");
  change(server, "UPDATE messages SET text = 'changed' WHERE chat = 3");
  change(server, "DELETE FROM chats WHERE chat = 4");
  const auto all = sessiond(with_config(server, "replay --all"));
  CHECK(all.code == 4);
  CHECK_MESSAGE(all.says("chat " + ids[0] + ": cannot be read: decision 0: the event of a decision"), all.output);
  CHECK(all.says("chat " + ids[1] + ": cannot be read: the state of chat"));
  CHECK(all.says("chat " + ids[2] + ": 1 decisions, differs"));
  CHECK(all.says("chat number 4 has no row in chats, but 1 messages, 1 sessions and 1 decisions"));
  CHECK(all.says("3 chats, 1 decisions: 4 chats differ"));
  CHECK(sessiond(with_config(server, "replay " + ids[0])).code == 4);
  // What is left belongs to nobody.
  CHECK_FALSE(sessiond(with_config(server, "replay --all --tenant clinic")).says("chat number 4"));

  // The server serves the others, and says which chat it cannot read.
  for (const char* garbage : {"garbage", R"({"link": {"stage": "no stage"}})"}) {
    change(server, "UPDATE chats SET state = '" + std::string(garbage) + "' WHERE chat = 2");
    server.start();
    auto outside = server.client();
    CHECK(deliver(outside, message_webhook("chat_2", std::string("m") + garbage[0], "more")).status == 503);
    CHECK(deliver(outside, message_webhook("chat_3", std::string("m") + garbage[0], "more")).status == 200);
    CHECK(server.stop() == 0);
    CHECK_MESSAGE(server.log().find("the state of chat " + ids[1]) != std::string::npos, server.log());
  }
}

TEST_CASE("replay says what it needs") {
  ServerFixture server;
  CHECK(sessiond(with_config(server, "replay")).code == 2);
  CHECK(sessiond(with_config(server, "replay --all chat")).code != 0);
  CHECK(sessiond("replay --all").code == 2);
  CHECK(sessiond("replay --all --database " + server.folder() + "/absent.db").says("cannot be read"));
  CHECK(sessiond(with_config(server, "replay nothing")).code == 1);
  for (const char* command :
       {"replay --all --tenant nobody", "replay chat --tenant nobody", "explain chat --tenant nobody"}) {
    const auto ended = sessiond(with_config(server, command));
    CHECK(ended.code == 1);
    CHECK(ended.says("--tenant: there is no tenant nobody"));
  }
  CHECK(sessiond(with_config(server, "replay --all --tenant hotel")).code == 0);
  CHECK(sessiond("replay --all --database " + server.database()).code == 0);
}

TEST_CASE("explain ends with why the AI does or does not speak") {
  ServerFixture server;
  auto client = server.client();
  auto api = server.logged_in();
  const auto explained = [&](const std::string& chat) { return sessiond(with_config(server, "explain " + chat)); };

  const std::string provider_chat = write_as_contact(server, "+905551112244", "words of the contact");
  const std::string id = chat_when_stored(api, provider_chat);
  const auto waiting = explained(provider_chat);
  CHECK(waiting.says("the contact wrote"));
  CHECK(waiting.says("The AI waits: people may answer until 20"));
  CHECK(waiting.says("accepted by 18.1/2 (No session: open one, the grace period starts)"));
  CHECK(waiting.says("It is unanswered."));
  CHECK_FALSE(waiting.says("words of the contact"));

  REQUIRE(api.post("/api/whatsapp/chats/" + id + "/takeover").status == 200);
  const auto held = explained(id);
  CHECK(held.says("admin@clinic.example.com holds the conversation since 20"));
  CHECK(held.says("the AI stays silent"));
  REQUIRE(api.post("/api/whatsapp/chats/" + id + "/send", {{"text", "an answer"}}).status == 200);
  CHECK(explained(id).says("admin@clinic.example.com answered (message 2)"));
  REQUIRE(api.post("/api/whatsapp/chats/" + id + "/close").status == 200);
  CHECK(explained(id).says("The chat is closed. No session is open"));

  json listed = message_webhook("listed", "m1", "hello");
  listed["sender"]["attendee_specifics"]["phone_number"] = "+905559999999";
  listed["sender"]["attendee_public_identifier"] = "905559999999@s.whatsapp.net";
  listed["attendees"] = json::array({listed["sender"]});
  REQUIRE(deliver(client, listed).status == 200);
  CHECK(explained("listed").says("18.1/1 (Blacklisted: store without a session"));
  // Delivered again: ignored, and the log says so.
  REQUIRE(deliver(client, listed).status == 200);
  CHECK(explained("listed").says("ignored (duplicate)"));

  const auto decisions = api.get("/api/whatsapp/chats/" + id + "/decisions?limit=1");
  CHECK(decisions.body.at("data").size() == 1);
  CHECK(decisions.body.at("summary").get<std::string>().rfind("The chat is closed.", 0) == 0);
}

TEST_CASE("explain finds chats by any name, lists them if there are several, and speaks JSON") {
  ServerFixture server;
  auto client = server.client();
  for (const char* chat : {"chat_1", "chat_2"}) {
    REQUIRE(deliver(client, message_webhook(chat, std::string(chat) + "m1", "hello")).status == 200);
    REQUIRE(deliver(client, message_webhook(chat, std::string(chat) + "m2", "hello?")).status == 200);
  }
  REQUIRE(deliver(client, message_webhook("chat_3", "m3", "hello", "acc_2")).status == 200);
  auto api = server.logged_in();
  const std::string id = chat_id_of(api, "chat_1");
  // All webhooks of the test come from one number.
  const auto several = sessiond(with_config(server, "explain '0555 123 45 67'"));
  CHECK(several.code == 1);
  CHECK(several.says("several chats go by 0555 123 45 67"));
  CHECK(several.says(id + "  tenant clinic"));
  const auto one = sessiond(with_config(server, "explain +905551234567 --tenant hotel"));
  CHECK(one.code == 0);
  CHECK(one.says("of tenant hotel"));

  const auto last = sessiond(with_config(server, "explain chat_1 --last 1"));
  CHECK(last.says("(1 earlier decisions)"));
  CHECK(last.says("18.1/3"));
  const auto as_json = sessiond(with_config(server, "explain chat_1 --json --last 1"));
  const json parsed = json::parse(as_json.output);
  CHECK(parsed.at("chat") == id);
  CHECK(parsed.at("total") == 2);
  CHECK(parsed.at("decisions").size() == 1);
  CHECK(parsed.at("decisions")[0].at("rules") == json::array({"18.1/3"}));
  CHECK(parsed.at("summary").get<std::string>().rfind("The AI waits", 0) == 0);
}
