// The webhook after a conversation, through real HTTP: the stand-in signs and sends it, people read it.
#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSecret = "wsec_of_this_test";

json with_secret(json more = json::object()) {
  json changes = {{"elevenlabs", {{"webhook_secret", kSecret}}}, {"policy", {{"grace_period_seconds", 0.2}}}};
  changes.merge_patch(more);
  return changes;
}

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

/// A server, and a chat that its agent has answered.
struct Called {
  explicit Called(const json& changes = with_secret()) : server(changes), api(server.logged_in()) {
    chat = talk("+905551112233");
    conversation = latest_conversation();
  }
  /// The chat's id once its contact has an answer of the agent.
  std::string talk(const std::string& phone) {
    const json body = {{"phone", phone}, {"name", "Ayse"}, {"text", "hello"}};
    const auto told = json::parse(server.unipile.control("POST", "/sim/contact", body.dump()).body);
    const std::string provider_chat = told.at("chat_id");
    REQUIRE(wait_for([&] {
      const auto id = chat_id_of(api, provider_chat);
      return !id.empty() && messages_of(api, id).size() >= 2;
    }));
    return chat_id_of(api, provider_chat);
  }
  std::string latest_conversation() {
    return json::parse(server.elevenlabs.conversations())["conversations"].back()["conversation_id"];
  }
  /// What was sent and answered.
  json send(json body = json::object()) {
    json plan = {
        {"conversation_id", conversation}, {"url", server.url() + "/webhooks/elevenlabs"}, {"secret", kSecret}};
    plan.update(body);  // a null within it is meant
    const auto reply = server.elevenlabs.control("POST", "/sim/post_call", plan.dump());
    REQUIRE_MESSAGE(reply.status == 200, reply.body);
    return json::parse(reply.body);
  }
  int status(const json& body = json::object()) { return send(body)["status"]; }
  std::string message(const json& body) {
    return json::parse(send(body)["answer"].get<std::string>())["error"]["message"];
  }
  json list() { return api.get("/api/whatsapp/chats/" + chat + "/agent-conversations").body; }
  json one(const std::string& id) { return api.get("/api/whatsapp/agent-conversations/" + id).body; }

  ServerFixture server;
  JsonClient api;
  std::string chat;
  std::string conversation;
};

}  // namespace

TEST_CASE("a report is kept with its chat and session, and its transcript can be read") {
  Called called;
  CHECK(called.list()["data"].empty());
  REQUIRE(called.status() == 200);
  const json list = called.list();
  CHECK(list["pagination"] == json({{"page", 1}, {"limit", 20}, {"total", 1}, {"pages", 1}}));
  const json row = list["data"][0];
  CHECK(row["conversation_id"] == called.conversation);
  CHECK(row["agent_id"] == "agent_1");
  CHECK(row["chat_id"] == called.chat);
  CHECK(row["session_id"] == called.chat + "-s1");
  CHECK(row["call_successful"] == "success");
  CHECK(row["transcript_summary"] == "The conversation in one sentence.");
  CHECK(row["started_at"].get<std::string>().size() == 24);
  CHECK(row["received_at"].get<std::string>().size() == 24);
  CHECK(row["duration_seconds"].is_number_integer());
  CHECK_FALSE(row.contains("transcript"));

  const json whole = called.one(called.conversation);
  const json transcript = whole["transcript"];
  REQUIRE(transcript.size() == 2);
  CHECK(transcript[0]["message"] == "hello");
  CHECK(transcript[1]["role"] == "agent");
  json without = whole;
  without.erase("transcript");
  CHECK(without == row);
  CHECK(called.server.logged_in("reader@clinic.example.com")
            .get("/api/whatsapp/agent-conversations/" + called.conversation)
            .status == 200);
}

TEST_CASE("a repeated report changes nothing, a poorer one takes nothing away, a richer one adds") {
  Called called;
  REQUIRE(called.status({{"transcript", false}, {"data", {{"analysis", nullptr}, {"status", "processing"}}}}) == 200);
  CHECK(called.list()["data"][0]["status"] == "processing");
  CHECK(called.list()["data"][0]["transcript_summary"].is_null());
  CHECK(called.one(called.conversation)["transcript"].is_null());
  // The stand-in tells how long the conversation has lasted by now: a second later that would be something new.
  const json done = {{"data", {{"status", "done"}, {"metadata", {{"call_duration_secs", 12}}}}}};
  REQUIRE(called.status(done) == 200);
  const json rich = called.one(called.conversation);
  CHECK(rich["status"] == "done");
  CHECK(rich["transcript"].size() == 2);
  REQUIRE(called.status(done) == 200);
  CHECK(called.one(called.conversation) == rich);
  REQUIRE(called.status({{"age_seconds", 60}, {"data", {{"status", "old"}, {"analysis", nullptr}}}}) == 200);
  CHECK(called.one(called.conversation) == rich);
  CHECK(called.list()["pagination"]["total"] == 1);
}

TEST_CASE("a call that could not begin is kept, a recording is only acknowledged") {
  Called called;
  const json failure = {{"type", "call_initiation_failure"}, {"data", {{"conversation_id", "conv_failed"}}}};
  REQUIRE(called.status(failure) == 200);
  // No session took it up: the tenant is the agent's.
  const json row = called.one("conv_failed");
  CHECK(row["status"] == "failed");
  CHECK(row["termination_reason"] == "busy");
  CHECK(row["session_id"].is_null());
  const std::string audio(3 * 1024 * 1024, 'A');
  CHECK(called.status({{"type", "post_call_audio"}, {"data", {{"full_audio", audio}}}}) == 200);
  CHECK(called.list()["data"].empty());
}

TEST_CASE("what belongs to another tenant or to nobody is not there") {
  Called called;
  REQUIRE(called.status() == 200);
  auto hotel = called.server.logged_in("admin@hotel.example.com");
  const std::string path = "/api/whatsapp/agent-conversations/";
  CHECK(hotel.get(path + called.conversation).status == 404);
  CHECK(hotel.get("/api/whatsapp/chats/" + called.chat + "/agent-conversations").status == 404);
  CHECK(called.server.client().get(path + called.conversation).status == 401);
  // Kept, but nobody's: two tenants have agent_2, nobody has agent_9.
  for (const auto* agent : {"agent_2", "agent_9"}) {
    const json data = {{"conversation_id", std::string("conv of ") + agent}, {"agent_id", agent}};
    REQUIRE(called.status({{"data", data}}) == 200);
    CHECK(hotel.get(path + "conv%20of%20" + agent).status == 404);
    CHECK(called.api.get(path + "conv%20of%20" + agent).status == 404);
  }
}

TEST_CASE("a report of a session that was long ago is found after a restart") {
  Called called;
  REQUIRE(called.server.stop() == 0);
  called.server.start();
  REQUIRE(called.status() == 200);
  called.server.kill_now();
  called.server.start();
  const auto list = called.server.logged_in().get("/api/whatsapp/chats/" + called.chat + "/agent-conversations");
  CHECK(list.body["data"].size() == 1);
}

TEST_CASE("only the holder of the secret is believed, and only for a while") {
  Called called;
  CHECK(called.status({{"secret", "another"}}) == 401);
  CHECK(called.message({{"age_seconds", 31 * 60}}) == "the header ElevenLabs-Signature is too old");
  CHECK(called.message({{"age_seconds", -6 * 60}}) == "the header ElevenLabs-Signature is of the future");
  auto client = called.server.client();
  CHECK(client.post("/webhooks/elevenlabs", {{"type", "x"}}).status == 401);
  client.header("ElevenLabs-Signature", "v0=1");
  CHECK(client.post("/webhooks/elevenlabs", {{"type", "x"}}).body["error"]["message"] ==
        "the header ElevenLabs-Signature is malformed");
  CHECK(called.status({{"age_seconds", 29 * 60}}) == 200);
  CHECK(called.status({{"age_seconds", -4 * 60}}) == 200);
  CHECK(called.list()["pagination"]["total"] == 1);
  const auto log = called.server.log();
  CHECK(log.find(kSecret) == std::string::npos);
  CHECK(log.find("one sentence") == std::string::npos);
}

TEST_CASE("the bounds of the signature's time can be set") {
  Called called(with_secret(
      {{"elevenlabs", {{"webhook_past_tolerance_seconds", 100}, {"webhook_future_tolerance_seconds", 0}}}}));
  CHECK(called.status({{"age_seconds", 110}}) == 401);
  CHECK(called.status({{"age_seconds", -30}}) == 401);
  CHECK(called.status({{"age_seconds", 60}}) == 200);
}

TEST_CASE("what is wrong with a report is named") {
  Called called;
  CHECK(called.status({{"data", {{"conversation_id", 7}}}}) == 400);
  CHECK(called.message({{"data", {{"conversation_id", 7}}}}) == "data.conversation_id must be a string");
  CHECK(called.message({{"data", {{"transcript", "none"}}}}) == "data.transcript must be a list");
}

TEST_CASE("a report that cannot be stored is answered 503, and comes again") {
  Called called;
  {
    SQLite::Database other(called.server.database(), SQLite::OPEN_READWRITE, 60'000);
    SQLite::Transaction holds_the_file(other, SQLite::TransactionBehavior::IMMEDIATE);
    CHECK(called.status() == 503);
  }
  CHECK(called.list()["data"].empty());
  CHECK(called.status() == 200);
}

TEST_CASE("reports may be large and come in chunks, but not without end") {
  Called called(with_secret({{"http", {{"body_bytes_max", 4096}}}, {"elevenlabs", {{"webhook_bytes_max", 300'000}}}}));
  const std::string text(200'000, 'x');
  const json turn = {{"role", "agent"}, {"message", text}};
  CHECK(called.status({{"chunked", true}, {"data", {{"transcript", {turn}}}}}) == 200);
  CHECK(called.one(called.conversation)["transcript"][0]["message"] == text);
  // From a client that reads the answer whatever became of its body. What comes with a length is refused by that.
  const std::string head =
      "POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "ElevenLabs-Signature: t=1,v0=1\r\n";
  const std::string whole(400'000, ' ');
  for (const std::string& request : {head + "Content-Length: 400000\r\n\r\n",
                                     head + "Transfer-Encoding: chunked\r\n\r\n61a80\r\n" + whole + "\r\n0\r\n\r\n"}) {
    RawClient client(called.server.port());
    client.send(request);
    CHECK(statuses(client.read_until("\r\n\r\n", 60s)) == "413");
  }
  CHECK(called.status({{"data", {{"status", "again"}}}}) == 200);
}

TEST_CASE("without a secret reports are not taken, but in development without a check") {
  {
    Called closed(json{{"policy", {{"grace_period_seconds", 0.2}}}});
    CHECK(closed.status() == 404);
  }
  Called open(json{{"policy", {{"grace_period_seconds", 0.2}}}, {"development", true}});
  auto client = open.server.client();
  CHECK(client.post("/webhooks/elevenlabs", {{"type", "new"}}).status == 200);
  CHECK(client.post_text("/webhooks/elevenlabs", "{", "application/json").status == 400);
  CHECK(open.status({{"secret", "any"}}) == 200);
}
