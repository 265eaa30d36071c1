// SIGHUP: a changed configuration is taken over while the server works, a wrong one is not.
#include "../adapters/elevenlabs/certificates.hpp"
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::story::wait_until;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

/// Sends SIGHUP and waits until the log holds one more of `event`.
bool reloads(ServerFixture& server, const json& config, const std::string& event = R"("event":"reloaded")") {
  const auto before = count(server.log(), event);
  server.write_config(config);
  server.hang_up();
  return wait_until(60s, [&] { return count(server.log(), event) > before; });
}

json chat(ServerFixture& server, JsonClient& api, const std::string& name) {
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook(name, "m-" + name, "hello")).status == 200);
  return api.get("/api/whatsapp/chats/" + chat_id_of(api, name)).body;
}

json new_user(const std::string& email, const std::string& tenant) {
  return {{"email", email}, {"password", kPassword}, {"name", "New"}, {"role", "admin"}, {"tenant", tenant}};
}

}  // namespace

TEST_CASE("a good configuration is taken over without a restart") {
  ServerFixture server;
  auto api = server.logged_in();
  const json before = chat(server, api, "chat_1");
  const int pid = server.pid();

  json config = server.config();
  config["log_level"] = "debug";
  config["token_lifetime_seconds"] = 77;
  config["policy"]["grace_period_seconds"] = 0.2;
  config["tenants"][0]["name"] = "Clinic at the Sea";
  config["tenants"].push_back({{"id", "museum"}, {"features", {"whatsapp_agent"}}, {"unipile_account_id", "acc_7"}});
  config["users"].push_back(new_user("new@museum.example.com", "museum"));
  REQUIRE(reloads(server, config));

  CHECK(server.running());
  CHECK(server.pid() == pid);
  // What was under way goes on as it was.
  CHECK(api.get("/api/whatsapp/chats/" + chat_id_of(api, "chat_1")).body == before);
  auto login = server.client();
  const auto answer = login.post("/api/auth/login", {{"email", "new@museum.example.com"}, {"password", kPassword}});
  REQUIRE(answer.status == 200);
  CHECK(answer.body["expires_in"] == 77);
  auto museum = server.logged_in("new@museum.example.com");
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_7", "m7", "hello", "acc_7")).status == 200);
  CHECK_FALSE(chat_id_of(museum, "chat_7").empty());
  CHECK(chat_id_of(api, "chat_7").empty());
  // The new grace period: the agent is asked soon, and thinks for long.
  (void)server.elevenlabs.control("POST", "/sim/hold", R"({"on": true})");
  const json after = chat(server, api, "chat_2");
  const std::string path = "/api/whatsapp/chats/" + after["_id"].get<std::string>();
  CHECK(wait_until(60s, [&] { return api.get(path).body.value("mode", "") == "ai"; }));
  deliver(client, message_webhook("chat_8", "m8", "hello", "no such account"));
  CHECK(server.log().find("webhook.discarded") != std::string::npos);  // only said at the debug level
  CHECK(server.log().find("needs_restart") == std::string::npos);
}

TEST_CASE("a SIGHUP that comes while the server reads its first configuration does not end it") {
  // The configuration is a pipe: once it is open the server waits for what stands in it.
  const std::string pipe = std::filesystem::temp_directory_path() / ("sessiond-hup-" + std::to_string(::getpid()));
  std::filesystem::remove(pipe);  // of a former process with this number
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const auto ended = sessiond("serve --config " + pipe + " & server=$!; exec 3>" + pipe +
                              "; kill -HUP $server; echo '{' >&3; exec 3>&-; wait $server");
  std::filesystem::remove(pipe);
  CHECK(ended.code == 2);  // because of what it read
}

TEST_CASE("a wrong configuration changes nothing, and the log names the key") {
  ServerFixture server;
  auto api = server.logged_in();
  json wrong = server.config();
  wrong["tenants"] = json::array();
  wrong["tenants"].push_back(server.config()["tenants"][0]);
  wrong["tenants"][0]["features"] = json::array();
  wrong["users"] = json::array({new_user("new@clinic.example.com", "clinic")});
  wrong["users"][0]["role"] = "boss";
  REQUIRE(reloads(server, wrong, R"("event":"reload.refused")"));
  CHECK(server.log().find("users[0].role: expected one of admin, manager, operator") != std::string::npos);
  CHECK(server.log().find(kPassword) == std::string::npos);
  CHECK(api.get("/api/whatsapp/chats").status == 200);
  CHECK(server.logged_in("admin@hotel.example.com").get("/api/whatsapp/chats").status == 200);
  CHECK_THROWS((void)server.logged_in("new@clinic.example.com"));

  // The next good one counts: the feature is gone, and so is the tenant that is not in it.
  wrong["users"][0]["role"] = "manager";
  REQUIRE(reloads(server, wrong));
  CHECK(api.get("/api/whatsapp/chats").status == 403);
  CHECK(server.logged_in("admin@hotel.example.com").get("/api/whatsapp/chats").status == 403);
}

TEST_CASE("what needs a restart is named and left as it is") {
  const sessioncore::elevenlabs::testing::Certificates certificates;
  ServerFixture server;
  json config = server.config();
  config["jwt_secret"] = "fedcba9876543210fedcba9876543210";
  config["queue_max"] = 9;
  config["public_url"] = "https://sessiond.example.com";
  config["unipile"]["base_url"] = "http://127.0.0.1:9";
  config["unipile"]["proxy"] = "http://127.0.0.1:9";
  config["elevenlabs"]["proxy"] = "http://user:fedcba@127.0.0.1:9";
  for (const char* provider : {"unipile", "elevenlabs"}) config[provider]["ca_file"] = certificates.authority();
  config["unipile"]["account_poll_seconds"] = 7;
  config["unipile"]["reconcile_max_hours"] = 7;
  config["elevenlabs"]["webhook_secret"] = "a secret of reports";
  config["metrics"]["token"] = "a token of sixteen bytes";
  config["events"]["kept"] = 7;
  auto api = server.logged_in();
  REQUIRE(reloads(server, config));
  const std::string log = server.log();
  CHECK(count(log, "reload.needs_restart") == 13);
  for (const char* key :
       {"jwt_secret", "queue_max", "public_url", "unipile.base_url", "unipile.ca_file", "unipile.proxy",
        "unipile.account_poll_seconds", "unipile.reconcile_max_hours", "elevenlabs.ca_file", "elevenlabs.proxy",
        "elevenlabs.webhook_secret", "metrics.token", "events.kept"}) {
    CHECK_MESSAGE(log.find(R"("key":")" + std::string(key) + "\"") != std::string::npos, key);
  }
  CHECK(log.find("fedcba") == std::string::npos);
  CHECK(api.get("/api/whatsapp/chats").status == 200);
  CHECK(server.stop() == 0);
}

TEST_CASE("numbers that a reload puts on the blacklist or takes off it: their chats are told") {
  ServerFixture server;
  auto api = server.logged_in();
  const json before = chat(server, api, "chat_1");
  REQUIRE(before.at("session_status") == "waiting");
  const std::string path = "/api/whatsapp/chats/" + before["_id"].get<std::string>();
  const auto events = [&](const std::string& type) {
    std::size_t found = 0;
    const json decisions = api.get(path + "/decisions").body.at("data");
    for (const auto& decision : decisions) {
      found += decision.at("event").at("type") == type ? 1U : 0U;
    }
    return found;
  };
  json config = server.config();
  config["tenants"][0]["blacklisted_numbers"] = {"+90 555 123 45 67"};
  REQUIRE(reloads(server, config));
  // At once, or where the store was slow with the next look for tenants.
  CHECK(wait_until(60s, [&] { return events("blacklist_changed") == 1; }));
  const json sessions = api.get(path + "/sessions").body.at("data");
  CHECK(sessions.at(0).at("status") == "resolved");
  config["tenants"][0]["blacklisted_numbers"] = json::array();
  REQUIRE(reloads(server, config));
  CHECK(wait_until(60s, [&] { return events("blacklist_changed") == 2; }));
  REQUIRE(reloads(server, config));  // nothing changed: nobody is told
  CHECK(events("blacklist_changed") == 2);
}

/// Takes the feature from a tenant while one of its contacts waits for the grace period to end, and looks what becomes
/// of that. False: the period was over before the feature was gone.
bool is_not_answered(int grace) {
  ServerFixture server(json{{"policy", {{"grace_period_seconds", grace}}}});
  auto api = server.logged_in();
  const json waiting = chat(server, api, "chat_1");
  json config = server.config();
  config["tenants"][0]["features"] = json::array();
  REQUIRE(reloads(server, config));
  const std::string id = waiting["_id"].get<std::string>();
  const auto explained = [&] {
    return json::parse(sessiond("explain " + id + " --json --config " + server.config_file()).output);
  };
  // The first one is that of the message.
  if (explained().at("total") != 1) return false;
  // The decision of the grace period, whatever it is.
  CHECK(wait_until(std::chrono::seconds(grace) + 30s, [&] { return explained().at("total") >= 2; }));
  CHECK(sessioncore::story::holds_for(
      2s, [&] { return json::parse(server.unipile.control("GET", "/sim/sends").body).at("sends").empty(); }));
  CHECK(server.elevenlabs.control("GET", "/sim/conversations").body.find("hello") == std::string::npos);
  return true;
}

TEST_CASE("a tenant that loses the feature is not answered, also where somebody waits already") {
  CHECK((is_not_answered(3) || is_not_answered(30)));
}
