// Who may do what: logins, tokens, roles, features and tenants.
#include "support/server_fixture.hpp"

#include <doctest/doctest.h>
#include <jwt/jwt.hpp>

using namespace e2e;

namespace {

std::string code_of(const Answer& answer) {
  return answer.body.is_object() && answer.body.contains("error") ? answer.body["error"].value("code", "")
                                                                  : answer.text;
}

std::string token_with(const std::string& secret, const std::string& algorithm, const std::string& user,
                       std::int64_t expires_in) {
  using namespace jwt::params;
  jwt::jwt_object token{jwt::params::algorithm(algorithm), jwt::params::secret(secret)};
  token.add_claim("iss", std::string("sessiond")).add_claim("sub", user);
  if (expires_in != 0) token.add_claim("exp", static_cast<std::int64_t>(std::time(nullptr)) + expires_in);
  return token.signature();
}

int status_with(const ServerFixture& server, const std::string& authorization) {
  auto client = server.client();
  client.header("Authorization", authorization);
  return client.get("/api/whatsapp/chats").status;
}

}  // namespace

TEST_CASE("logins are checked") {
  ServerFixture server;
  auto client = server.client();
  const auto answer = client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}, {"password", kPassword}});
  REQUIRE(answer.status == 200);
  CHECK(answer.body["user"]["email"] == "admin@clinic.example.com");
  CHECK(answer.body["user"]["role"] == "admin");
  CHECK(answer.body["user"]["tenant_id"] == "clinic");
  CHECK(answer.body["user"].contains("_id"));
  CHECK(answer.body["user"].contains("name"));
  CHECK(answer.text.find("argon2") == std::string::npos);

  CHECK(client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}, {"password", "wrong"}}).status == 401);
  CHECK(client.post("/api/auth/login", {{"email", "nobody@example.com"}, {"password", kPassword}}).status == 401);
  CHECK(client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}}).status == 400);
  CHECK(client.post("/api/auth/login", {{"email", 5}, {"password", kPassword}}).status == 400);
  CHECK(server.log().find(kPassword) == std::string::npos);
}

TEST_CASE("guessing passwords is slowed down") {
  ServerFixture server;
  auto client = server.client();
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    const auto answer = client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}, {"password", "guess"}});
    refused += answer.status == 429 ? 1 : 0;
  }
  CHECK(refused == 2);
  const auto answer = client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}, {"password", kPassword}});
  CHECK(answer.status == 429);
  CHECK(code_of(answer) == "too_many_attempts");
  // Others can still log in.
  CHECK(server.logged_in("manager@clinic.example.com").get("/api/whatsapp/chats").status == 200);
}

TEST_CASE("only tokens of this server open the API") {
  ServerFixture server;
  auto client = server.client();
  const auto login = client.post("/api/auth/login", {{"email", "admin@clinic.example.com"}, {"password", kPassword}});
  const std::string good = login.body.at("token");
  const std::string user = login.body.at("user").at("_id");
  CHECK(status_with(server, "Bearer " + good) == 200);
  CHECK(status_with(server, "Bearer " + token_with(kJwtSecret, "HS256", user, 60)) == 200);

  CHECK(client.get("/api/whatsapp/chats").status == 401);
  CHECK(status_with(server, good) == 401);
  CHECK(status_with(server, "Basic " + good) == 401);
  CHECK(status_with(server, "Bearer ") == 401);
  CHECK(status_with(server, "Bearer x.y.z") == 401);
  CHECK(status_with(server, "Bearer \x80\xff.\x80.\x80") == 401);
  CHECK(status_with(server, "Bearer " + std::string(6000, 'a')) == 401);
  CHECK(status_with(server, "Bearer " + good.substr(0, good.size() - 2) + "xx") == 401);
  CHECK(status_with(server, "Bearer " + token_with(kJwtSecret, "HS256", user, -10)) == 401);
  CHECK(status_with(server, "Bearer " + token_with(kJwtSecret, "HS256", user, 0)) == 401);
  CHECK(status_with(server, "Bearer " + token_with(kJwtSecret, "HS512", user, 60)) == 401);
  CHECK(status_with(server, "Bearer " + token_with("another secret of 32 bytes length", "HS256", user, 60)) == 401);
  CHECK(status_with(server, "Bearer " + token_with(kJwtSecret, "HS256", "nobody", 60)) == 401);
  // {"alg":"none","typ":"JWT"} with the claims of a good token, unsigned and with rubbish for a signature.
  const auto dot = good.find('.');
  const std::string claims = good.substr(dot, good.rfind('.') - dot);
  CHECK(status_with(server, "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + claims + ".") == 401);
  CHECK(status_with(server, "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + claims + ".YWJj") == 401);
  CHECK(status_with(server, "Bearer eyJhbGciOiJOT05FIiwidHlwIjoiSldUIn0" + claims + ".YWJj") == 401);
  CHECK(status_with(server, "Bearer " + good) == 200);
}

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
