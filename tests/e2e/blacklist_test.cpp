// The blacklist: numbers in any spelling, chats that hear of it, tenants that do not share it (S9.2, S12, R14).
#include "support/provider.hpp"

#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

const std::string kPath = "/api/whatsapp/blacklist";

std::string session_status(JsonClient& api, const std::string& chat) {
  const json sessions = api.get("/api/whatsapp/chats/" + chat + "/sessions").body.at("data");
  if (sessions.empty()) return "none";
  const json resolved_by = sessions.at(0).at("resolved_by");
  return sessions.at(0).at("status").get<std::string>() +
         (resolved_by.is_string() ? " by " + resolved_by.get<std::string>() : std::string());
}

}  // namespace

TEST_CASE("numbers are kept in one form, listed in pages, and taken off by any spelling") {
  ServerFixture server;
  auto api = server.logged_in("manager@clinic.example.com");
  CHECK(api.get(kPath).body.at("data") == json::array({"+905559999999"}));
  const Answer added = api.post(kPath, {{"phone", "0090 (555) 111-00 11"}});
  CHECK(added.status == 201);
  CHECK(added.body == json{{"phone", "+905551110011"}});
  CHECK(api.post(kPath, {{"phone", "+90 555 111 0011"}}).status == 200);
  for (const json& wrong : {json{{"phone", "12345"}}, json{{"phone", "somebody"}}, json{{"phone", "0555 111 00 11"}},
                            json{{"phone", 5}}, json::object()}) {
    const Answer refused = api.post(kPath, wrong);
    CHECK(refused.status == 400);
    CHECK(refused.text.find("phone") != std::string::npos);
  }
  const json page = api.get(kPath + "?limit=1&page=1").body;
  CHECK(page.at("data") == json::array({"+905551110011"}));
  CHECK(page.at("pagination").at("total") == 2);
  CHECK(api.remove(kPath + "/%2B90-555-111-00-11").body == json{{"phone", "+905551110011"}});
  CHECK(api.remove(kPath + "/%2B905551110011").status == 404);
  CHECK(api.remove(kPath + "/nobody").status == 404);
  CHECK(server.logged_in("reader@clinic.example.com").get(kPath).status == 403);
}

TEST_CASE("put on the list in the middle of a session, the chat is left alone, taken off, nothing is replayed") {
  ServerFixture server(json{{"policy", {{"grace_period_seconds", 600}}}});
  auto api = server.logged_in();
  const std::string provider_chat =
      control(server, "/sim/contact", {{"phone", "+905551110021"}, {"text", "hello"}}).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(api, provider_chat).empty(); }));
  const std::string chat = chat_id_of(api, provider_chat);
  REQUIRE(session_status(api, chat) == "waiting");
  auto hotel = server.logged_in("admin@hotel.example.com");
  CHECK(hotel.post(kPath, {{"phone", "+905551110021"}}).status == 201);
  CHECK(session_status(api, chat) == "waiting");
  CHECK(api.get(kPath).body.at("data").size() == 1);

  REQUIRE(api.post(kPath, {{"phone", "90 555 111 00 21"}}).status == 201);
  CHECK(session_status(api, chat) == "resolved by manual");
  (void)control(server, "/sim/contact", {{"phone", "+905551110021"}, {"text", "anybody there?"}});
  REQUIRE(eventually([&] { return messages_of(api, chat).size() == 2; }));
  CHECK(session_status(api, chat) == "resolved by manual");

  REQUIRE(api.remove(kPath + "/+905551110021").status == 200);
  CHECK(session_status(api, chat) == "resolved by manual");
  (void)control(server, "/sim/contact", {{"phone", "+905551110021"}, {"text", "and now?"}});
  CHECK(eventually([&] { return session_status(api, chat) == "waiting"; }));
}

TEST_CASE("what was put on the list holds after a crash") {
  ServerFixture server;
  auto api = server.logged_in();
  REQUIRE(api.post(kPath, {{"phone", "+905551110031"}}).status == 201);
  server.kill_now();
  server.start();
  auto later = server.logged_in();
  CHECK(later.get(kPath).body.at("pagination").at("total") == 2);
  const std::string provider_chat =
      control(server, "/sim/contact", {{"phone", "+905551110031"}, {"text", "hello"}}).at("chat_id");
  REQUIRE(eventually([&] { return !chat_id_of(later, provider_chat).empty(); }));
  CHECK(session_status(later, chat_id_of(later, provider_chat)) == "none");
}
