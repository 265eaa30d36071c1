// Logins, tokens and sessions: who gets in, for how long, and who does not.
#include "auth/login_limiter.hpp"
#include "http/client_address.hpp"
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <atomic>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <httplib.h>
#include <jwt/jwt.hpp>

#include <sessioncore/sqlite/users.hpp>

using namespace e2e;
using sessioncore::server::client_address;
using sessioncore::server::LoginLimiter;

namespace {

constexpr const char* kAdminEmail = "admin@clinic.example.com";

std::string code_of(const Answer& answer) {
  return answer.body.is_object() && answer.body.contains("error") ? answer.body["error"].value("code", "")
                                                                  : answer.text;
}

Answer log_in(const ServerFixture& server, const std::string& email, const std::string& password,
              const std::string& forwarded_for = "") {
  auto client = server.client();
  if (!forwarded_for.empty()) client.header("X-Forwarded-For", forwarded_for);
  return client.post("/api/auth/login", {{"email", email}, {"password", password}});
}

Answer me(const ServerFixture& server, const std::string& authorization) {
  auto client = server.client();
  client.header("Authorization", authorization);
  return client.get("/api/auth/me");
}

int status_with(const ServerFixture& server, const std::string& token) {
  return me(server, "Bearer " + token).status;
}

Answer refresh(const ServerFixture& server, const std::string& token) {
  auto client = server.client();
  client.header("Authorization", "Bearer " + token);
  return client.post("/api/auth/refresh");
}

json claims_of(const std::string& token) {
  using namespace jwt::params;
  std::error_code problem;
  const auto decoded = jwt::decode(token, algorithms({"HS256"}), problem, secret(kJwtSecret), verify(true));
  REQUIRE_FALSE(problem);
  return decoded.payload().create_json_obj();
}

std::string signed_with(const json& claims, const std::string& algorithm = "HS256",
                        const std::string& secret = kJwtSecret, const std::map<std::string, std::string>& header = {}) {
  jwt::jwt_object token{jwt::params::algorithm(algorithm), jwt::params::secret(secret)};
  for (const auto& [name, value] : claims.items()) {
    if (value.is_string()) {
      token.add_claim(name, value.get<std::string>());
    } else {
      token.add_claim(name, value.get<std::int64_t>());
    }
  }
  for (const auto& [name, value] : header) token.header().add_header(name, value);
  return token.signature();
}

std::string signed_with_header(const json& claims, const std::string& name, const std::string& value) {
  return signed_with(claims, "HS256", kJwtSecret, {{name, value}});
}

std::int64_t now() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

json behind_proxy() {
  return {{"http", {{"trusted_proxies", json::array({"127.0.0.1"})}}}};
}

httplib::Request request_from(const std::string& address, const std::string& forwarded_for = "") {
  httplib::Request request;
  request.remote_addr = address;
  if (!forwarded_for.empty()) request.headers.emplace("X-Forwarded-For", forwarded_for);
  return request;
}

}  // namespace

TEST_CASE("logins are checked") {
  ServerFixture server;
  const auto answer = log_in(server, kAdminEmail, kPassword);
  REQUIRE(answer.status == 200);
  CHECK(answer.body["user"]["email"] == kAdminEmail);
  CHECK(answer.body["user"]["role"] == "admin");
  CHECK(answer.body["user"]["tenant_id"] == "clinic");
  CHECK(answer.body["user"].contains("_id"));
  CHECK(answer.body["user"].contains("name"));
  CHECK(answer.body["expires_in"] == 12 * 3600);
  CHECK(answer.text.find("argon2") == std::string::npos);

  auto client = server.client();
  CHECK(log_in(server, kAdminEmail, "wrong").status == 401);
  CHECK(log_in(server, "nobody@example.com", kPassword).status == 401);
  CHECK(client.post("/api/auth/login", {{"email", kAdminEmail}}).status == 400);
  CHECK(client.post("/api/auth/login", {{"email", 5}, {"password", kPassword}}).status == 400);
  CHECK(client.post("/api/auth/login", {{"email", "nobody"}, {"password", kPassword}}).status == 400);
  CHECK(server.log().find(kPassword) == std::string::npos);
}

TEST_CASE("a token tells whose it is, also where the tenant lacks the feature") {
  ServerFixture server;
  const std::string token = log_in(server, "admin@library.example.com", kPassword).body.at("token");
  const auto answer = me(server, "Bearer " + token);
  REQUIRE(answer.status == 200);
  CHECK(answer.body["email"] == "admin@library.example.com");
  CHECK(answer.body["tenant_id"] == "library");
  CHECK_FALSE(answer.body.contains("password_hash"));
  CHECK(server.client().get("/api/auth/me").status == 401);
}

TEST_CASE("guessing passwords is slowed down, and does not lock out the owner") {
  ServerFixture server(behind_proxy());
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    // In either case it is one address.
    const char* email = i % 2 == 0 ? kAdminEmail : "ADMIN@clinic.example.com";
    refused += log_in(server, email, "guess", "10.0.0.1").status == 429 ? 1 : 0;
  }
  CHECK(refused == 2);
  const auto answer = log_in(server, kAdminEmail, kPassword, "10.0.0.1");
  CHECK(answer.status == 429);
  const int wait = std::stoi(answer.retry_after);
  CHECK(wait > 30);
  CHECK(wait <= 61);
  CHECK(code_of(answer) == "too_many_attempts");
  CHECK(log_in(server, kAdminEmail, kPassword, "10.0.0.2").status == 200);
  CHECK(log_in(server, "manager@clinic.example.com", kPassword, "10.0.0.1").status == 200);
}

TEST_CASE("who is no trusted proxy cannot say where a login comes from") {
  ServerFixture server;
  int refused = 0;
  for (int i = 0; i < 11; ++i) {
    refused += log_in(server, kAdminEmail, "guess", "10.0.0." + std::to_string(i)).status == 429 ? 1 : 0;
  }
  CHECK(refused == 1);
}

TEST_CASE("a flood of logins is answered, and other requests are too") {
  ServerFixture server(behind_proxy());
  constexpr int kClients = 40;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::atomic<int> tries{0};
  std::atomic<int> busy{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int n = 0; n < kClients; ++n) {
    clients.emplace_back([&, n] {
      // Until the line was full once: how many of them stand in it together is the scheduler's choice.
      for (int i = 0; i < 3 || (busy == 0 && i < 250 && std::chrono::steady_clock::now() < until); ++i) {
        const std::string address = "10.1." + std::to_string(i) + "." + std::to_string(n);  // none is slowed down
        const int status = log_in(server, kAdminEmail, "guess", address).status;
        ++tries;
        busy += status == 503 ? 1 : 0;
        wrong += status == 401 ? 1 : 0;
      }
    });
  }
  CHECK(server.client().get("/health/live").status == 200);
  for (auto& client : clients) client.join();
  CHECK(busy > 0);
  CHECK(busy + wrong == tries);
  CHECK(log_in(server, kAdminEmail, kPassword, "10.0.2.1").status == 200);
  // A hash takes 64 MiB; all of these at once would take over 2 GiB.
  std::ifstream status("/proc/" + std::to_string(server.pid()) + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    int kib = 0;
    status >> kib;
    CHECK(kib < 600 * 1024);
  }
}

TEST_CASE("the limiter counts tries by address, and by address and e-mail together") {
  LoginLimiter limiter;
  const auto start = LoginLimiter::Clock::now();
  const auto admitted = [&](const std::string& address, const std::string& email, int tries, int at_second = 0) {
    int count = 0;
    for (int i = 0; i < tries; ++i) {
      count += limiter.admit(address, email, start + std::chrono::seconds(at_second)) ? 0 : 1;
    }
    return count;
  };
  CHECK(admitted("a", "x", 12) == 10);
  CHECK(admitted("b", "x", 12) == 10);
  for (const char* email : {"1", "2"}) CHECK(admitted("a", email, 12) == 10);
  CHECK(admitted("a", "3", 1) == 0);  // 30 from one address
  CHECK(admitted("c", "x", 12) == 10);
  // Now somebody guesses from everywhere: each address has two tries, the owner's too.
  CHECK(admitted("d", "x", 12) == 2);
  CHECK(admitted("owner", "x", 1) == 1);
  limiter.take_back("owner", "x");
  CHECK(admitted("owner", "x", 12) == 2);
  CHECK(admitted("d", "y", 12) == 10);
  CHECK(admitted("a", "x", 12, 61) == 10);
}

TEST_CASE("whoever waits as long as the limiter says is let in, and not a second earlier") {
  using std::chrono::seconds;
  const auto start = LoginLimiter::Clock::now();
  // Tries of so many addresses at one e-mail address, each at its second, until the last is refused.
  const auto wait_after = [&](int addresses, int tries) {
    LoginLimiter limiter;
    std::optional<seconds> wait;
    int second = 0;
    for (int address = 0; address < addresses; ++address) {
      for (int i = 0; i < tries; ++i) wait = limiter.admit(std::to_string(address), "x", start + seconds(second++));
    }
    REQUIRE(wait.has_value());
    const std::string last = std::to_string(addresses - 1);
    const auto refused_at = start + seconds(second - 1);
    CHECK(limiter.admit(last, "x", refused_at + *wait - seconds(1)).has_value());
    CHECK_FALSE(limiter.admit(last, "x", refused_at + *wait).has_value());
    return wait->count();
  };
  CHECK(wait_after(1, 11) == 51);  // the first of ten at the second 0 counts until the second 60
  CHECK(wait_after(4, 10) == 24);  // while it is guessed: once fewer than 30 count, each address has its ten
}

TEST_CASE("where a request comes from") {
  CHECK(client_address(request_from("10.0.0.1"), {}) == "10.0.0.1");
  CHECK(client_address(request_from("10.0.0.1", "1.2.3.4"), {}) == "10.0.0.1");
  CHECK(client_address(request_from("10.0.0.1", "1.2.3.4"), {"10.0.0.1"}) == "1.2.3.4");
  CHECK(client_address(request_from("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2"), {"10.0.0.1", "10.0.0.2"}) == "1.2.3.4");
  CHECK(client_address(request_from("10.0.0.1", "6.6.6.6, nonsense"), {"10.0.0.1"}) == "10.0.0.1");
  CHECK(client_address(request_from("2001:db8:1:2:3:4:5:6"), {}) == "2001:db8:1:2::/64");
  CHECK(client_address(request_from("::ffff:10.0.0.1"), {}) == "10.0.0.1");
}

TEST_CASE("only tokens of this server open the API") {
  ServerFixture server;
  const std::string good = log_in(server, kAdminEmail, kPassword).body.at("token");
  const json claims = claims_of(good);
  const auto with = [&](const char* name, const json& value) {
    json changed = claims;
    changed[name] = value;
    return signed_with(changed);
  };
  CHECK(status_with(server, good) == 200);
  CHECK(status_with(server, signed_with(claims)) == 200);

  CHECK(server.client().get("/api/whatsapp/chats").status == 401);
  CHECK(me(server, good).status == 401);
  CHECK(me(server, "Basic " + good).status == 401);
  CHECK(me(server, "bearer " + good).status == 200);
  CHECK(me(server, "BEARER " + good).status == 200);
  CHECK(me(server, "bearer" + good).status == 401);
  CHECK(status_with(server, signed_with_header(claims, "crit", "b64")) == 401);
  CHECK(status_with(server, signed_with_header(claims, "kid", "b64")) == 200);
  CHECK(status_with(server, "") == 401);
  CHECK(status_with(server, "x.y.z") == 401);
  CHECK(status_with(server, "\x80\xff.\x80.\x80") == 401);
  CHECK(status_with(server, std::string(6000, 'a')) == 401);
  CHECK(status_with(server, good.substr(0, good.size() - 2) + "xx") == 401);
  CHECK(status_with(server, with("exp", now() - 10)) == 401);
  CHECK(status_with(server, with("exp", -1)) == 401);
  CHECK(status_with(server, with("exp", "never")) == 401);
  CHECK(status_with(server, with("nbf", now() + 600)) == 401);
  CHECK(status_with(server, with("nbf", now() - 600)) == 200);
  CHECK(status_with(server, with("iss", "another server")) == 401);
  CHECK(status_with(server, with("sub", "manager@clinic.example.com")) == 401);
  CHECK(status_with(server, with("sub", "nobody@example.com")) == 401);
  CHECK(status_with(server, with("tenant", "hotel")) == 401);
  CHECK(status_with(server, with("auth_time", now() - 31 * 24 * 3600)) == 401);
  for (const char* name : {"exp", "iss", "sub", "tenant", "pwd", "auth_time"}) {
    json without = claims;
    without.erase(name);
    CHECK_MESSAGE(status_with(server, signed_with(without)) == 401, name);
  }
  for (const char* algorithm : {"HS384", "HS512"}) CHECK(status_with(server, signed_with(claims, algorithm)) == 401);
  CHECK(status_with(server, signed_with(claims, "HS256", "another secret of 32 bytes length")) == 401);
  // {"alg":"none","typ":"JWT"} with the claims of a good token, unsigned and with rubbish for a signature; then the
  // claims of another user under the signature of a good one.
  const auto first = good.find('.');
  const auto last = good.rfind('.');
  const std::string payload = good.substr(first, last - first);
  CHECK(status_with(server, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload + ".") == 401);
  CHECK(status_with(server, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload + ".YWJj") == 401);
  CHECK(status_with(server, "eyJhbGciOiJOT05FIiwidHlwIjoiSldUIn0" + payload + ".YWJj") == 401);
  const std::string other = with("sub", "manager@clinic.example.com");
  const std::string other_payload = other.substr(other.find('.'), other.rfind('.') - other.find('.'));
  CHECK(status_with(server, good.substr(0, first) + other_payload + good.substr(last)) == 401);

  // Another server with the same secret, users and passwords.
  ServerFixture twin;
  CHECK(status_with(twin, good) == 401);
  CHECK(status_with(server, good) == 200);
}

TEST_CASE("a token is refreshed until its session is over") {
  ServerFixture server({{"token_lifetime_seconds", 100}, {"session_lifetime_seconds", 1000}});
  const auto login = log_in(server, kAdminEmail, kPassword);
  CHECK(login.body["expires_in"] == 100);
  json claims = claims_of(login.body["token"]);

  claims["exp"] = now() + 60;
  const auto fresh = refresh(server, signed_with(claims));
  REQUIRE(fresh.status == 200);
  CHECK(fresh.body["expires_in"] == 100);
  CHECK(fresh.body["user"]["email"] == kAdminEmail);
  CHECK(claims_of(fresh.body["token"])["auth_time"] == claims["auth_time"]);
  CHECK(status_with(server, fresh.body["token"]) == 200);

  claims["auth_time"] = now() - 940;
  const auto last = refresh(server, signed_with(claims));
  REQUIRE(last.status == 200);
  CHECK(last.body["expires_in"].get<int>() <= 60);
  claims["auth_time"] = now() - 1000;
  CHECK(refresh(server, signed_with(claims)).status == 401);
  CHECK(refresh(server, "").status == 401);
  claims["auth_time"] = now();
  claims["exp"] = now() - 1;
  CHECK(refresh(server, signed_with(claims)).status == 401);
}

TEST_CASE("a token ends with the password, the person and the tenant it was for") {
  ServerFixture server;
  const auto token_of = [&](const std::string& email) -> std::string {
    return log_in(server, email, kPassword).body.at("token");
  };
  const std::string admin = token_of(kAdminEmail);
  const std::string manager = token_of("manager@clinic.example.com");
  const std::string reader = token_of("reader@clinic.example.com");
  const std::string with_config = " --config " + server.config_file();
  REQUIRE(sessiond(std::string("user passwd ") + kAdminEmail + with_config, "another password\n").code == 0);
  CHECK(status_with(server, admin) == 401);
  CHECK(refresh(server, admin).status == 401);
  CHECK(log_in(server, kAdminEmail, kPassword).status == 401);
  CHECK(log_in(server, kAdminEmail, "another password").status == 200);

  CHECK(status_with(server, reader) == 200);
  REQUIRE(sessiond("user remove reader@clinic.example.com" + with_config).code == 0);
  CHECK(status_with(server, reader) == 401);
  const std::string again = "user add reader@clinic.example.com --tenant clinic --role admin --name R";
  REQUIRE(sessiond(again + with_config, std::string(kPassword) + "\n").code == 0);
  CHECK(status_with(server, reader) == 401);

  auto table = std::move(*sessioncore::sqlite::SqliteUsers::open(server.database()));
  auto moved = **table->find_user_by_email("manager@clinic.example.com");
  moved.tenant = sessioncore::TenantId("hotel");
  REQUIRE(table->update_user(moved));
  CHECK(status_with(server, manager) == 401);
  CHECK(me(server, "Bearer " + token_of("manager@clinic.example.com")).body["tenant_id"] == "hotel");
}
