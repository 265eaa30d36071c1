// Who may do what: roles, features and tenants.
#include "support/server_fixture.hpp"

#include <doctest/doctest.h>

using namespace e2e;

namespace {

std::string code_of(const Answer& answer) {
  return answer.body.is_object() && answer.body.contains("error") ? answer.body["error"].value("code", "")
                                                                  : answer.text;
}

}  // namespace

TEST_CASE("roles, features and tenants limit what a token opens") {
  ServerFixture server;
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  auto admin = server.logged_in();
  const std::string chat = "/api/whatsapp/chats/" + chat_id_of(admin, "chat_1");

  auto reader = server.logged_in("reader@clinic.example.com");
  CHECK(reader.get(chat).status == 200);
  CHECK(reader.get(chat + "/messages").status == 200);
  CHECK(reader.get(chat + "/decisions").status == 200);
  for (const char* action : {"/takeover", "/release", "/close", "/reopen", "/send"}) {
    const auto answer = reader.post(chat + action, {{"text", "x"}});
    CHECK(answer.status == 403);
    CHECK(code_of(answer) == "forbidden");
  }
  CHECK(server.logged_in("manager@clinic.example.com").post(chat + "/takeover").status == 200);

  auto foreign = server.logged_in("admin@hotel.example.com");
  for (const char* part : {"", "/messages", "/sessions", "/decisions"}) {
    const auto answer = foreign.get(chat + part);
    CHECK(answer.status == 404);
    CHECK(code_of(answer) == "not_found");
  }
  for (const char* action : {"/takeover", "/release", "/close", "/reopen", "/send"}) {
    CHECK(foreign.post(chat + action, {{"text", "x"}}).status == 404);
  }
  CHECK(foreign.get("/api/whatsapp/chats").body["pagination"]["total"] == 0);
  CHECK(admin.get("/api/whatsapp/chats/nothing").status == 404);
  CHECK(admin.get("/api/nothing").status == 404);

  auto without_feature = server.logged_in("admin@library.example.com");
  const auto disabled = without_feature.get("/api/whatsapp/chats");
  CHECK(disabled.status == 403);
  CHECK(code_of(disabled) == "feature_disabled");
}
