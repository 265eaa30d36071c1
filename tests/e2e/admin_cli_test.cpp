// sessiond tenant, agent and user: they work beside a server that runs, and say what is wrong.
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <fstream>

#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::story::wait_until;

namespace {

class Desk {
 public:
  explicit Desk(const ServerFixture& server) : with_config_(" --config " + server.config_file()) {}

  Ended run(const std::string& arguments, const std::string& input = "") const {
    return sessiond(arguments + with_config_, input);
  }
  [[nodiscard]] json list(const std::string& arguments) const {
    const Ended ended = run(arguments + " --json");
    REQUIRE_MESSAGE(ended.code == 0, ended.output);
    return json::parse(ended.output);
  }

 private:
  std::string with_config_;
};

json one_of(const json& list, const std::string& id) {
  for (const json& one : list) {
    if (one.value("id", one.value("email", "")) == id) return one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a tenant, its agent and its people are added while the server runs") {
  ServerFixture server;
  const Desk desk(server);
  const auto added = desk.run("tenant add museum --name 'The Museum' --feature whatsapp_agent --account acc_7");
  REQUIRE_MESSAGE(added.code == 0, added.output);
  CHECK(added.says("within a few seconds"));
  REQUIRE(desk.run("agent add museum desk --name Desk --elevenlabs-agent-id agent_2").code == 0);
  std::ofstream(server.folder() + "/password") << "password of the museum\n";
  REQUIRE(desk.run("user add ada@museum.example.com --tenant museum --role admin --name Ada --password-file " +
                   server.folder() + "/password")
              .code == 0);

  const json museum = one_of(desk.list("tenant list"), "museum");
  CHECK(museum["source"] == "database");
  CHECK(museum["features"] == json{"whatsapp_agent"});
  CHECK(museum["unipile_account_id"] == "acc_7");
  CHECK(museum["agent_id"] == "desk");
  CHECK(one_of(desk.list("tenant list"), "clinic")["source"] == "file");
  CHECK(desk.run("tenant list").says("The Museum"));

  // At once for people, soon for tenants.
  auto client = server.client();
  const auto login =
      client.post("/api/auth/login", {{"email", "ada@museum.example.com"}, {"password", "password of the museum"}});
  REQUIRE(login.status == 200);
  JsonClient api(server.url());
  api.header("Authorization", "Bearer " + login.body["token"].get<std::string>());
  REQUIRE(wait_until(30s, [&] { return api.get("/api/whatsapp/chats").status == 200; }));
  REQUIRE(deliver(client, message_webhook("chat_7", "m7", "hello", "acc_7")).status == 200);
  const std::string chat = chat_id_of(api, "chat_7");
  CHECK_FALSE(chat.empty());
  CHECK(api.get("/api/whatsapp/agents").body[0]["_id"] == "desk");
  auto clinic = server.logged_in();
  CHECK(clinic.get("/api/whatsapp/chats/" + chat).status == 404);
  CHECK(api.get("/api/whatsapp/chats").body["pagination"]["total"] == 1);

  REQUIRE(desk.run("tenant feature museum --disable whatsapp_agent").code == 0);
  CHECK(wait_until(30s, [&] { return api.get("/api/whatsapp/chats").status == 403; }));
  REQUIRE(desk.run("tenant feature museum --enable whatsapp_agent").code == 0);
  REQUIRE(desk.run("agent set museum desk --inactive").code == 0);
  CHECK(one_of(desk.list("agent list museum"), "desk")["active"] == false);

  CHECK(server.stop() == 0);
  server.start();
  CHECK(api.get("/api/whatsapp/agents").body[0]["is_active"] == false);
  const auto told = desk.run("explain chat_7");
  CHECK(told.code == 0);
  CHECK(told.says("of tenant museum"));
}

TEST_CASE("people are listed, changed and removed") {
  ServerFixture server;
  const Desk desk(server);
  CHECK(desk.list("user list").size() == 5);
  CHECK(desk.list("user list --tenant hotel").size() == 1);
  const auto listed = desk.run("user list");
  CHECK(listed.says("manager@clinic.example.com"));
  CHECK_FALSE(listed.says("argon2"));
  CHECK_FALSE(desk.run("user list --json").says("argon2"));

  REQUIRE(desk.run("user add grace@hotel.example.com --tenant hotel --role operator --name Grace", "secret of Grace\n")
              .code == 0);
  auto client = server.client();
  CHECK(
      client.post("/api/auth/login", {{"email", "grace@hotel.example.com"}, {"password", "secret of Grace"}}).status ==
      200);
  CHECK(one_of(desk.list("user list"), "grace@hotel.example.com")["role"] == "operator");
  const auto removed = desk.run("user remove grace@hotel.example.com");
  CHECK(removed.code == 0);
  CHECK_FALSE(removed.says("configuration file"));
  CHECK(
      client.post("/api/auth/login", {{"email", "grace@hotel.example.com"}, {"password", "secret of Grace"}}).status ==
      401);
  CHECK(desk.run("user remove reader@clinic.example.com").says("take it out there too"));
  CHECK(server.log().find("secret of Grace") == std::string::npos);
}

TEST_CASE("somebody who is added again in another case is the same person") {
  ServerFixture server;
  const Desk desk(server);
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  const auto add = [&](const std::string& email) {
    return desk.run("user add " + email + " --tenant clinic --role manager --name Ada", std::string(kPassword) + "\n")
        .code;
  };
  REQUIRE(add("ada@clinic.example.com") == 0);
  auto before = server.logged_in("ada@clinic.example.com");
  const std::string chat = "/api/whatsapp/chats/" + chat_id_of(before, "chat_1");
  REQUIRE(before.post(chat + "/takeover").status == 200);
  REQUIRE(desk.run("user remove ada@clinic.example.com").code == 0);
  REQUIRE(add("Ada@Clinic.example.com") == 0);
  auto after = server.logged_in("ADA@clinic.example.com");
  CHECK(after.post(chat + "/takeover").status == 200);
  const json me = after.get("/api/auth/me").body;
  CHECK(me["_id"] == after.get(chat).body["taken_over_by"]["_id"]);
  CHECK(me["email"] == "Ada@Clinic.example.com");
}

TEST_CASE("what is wrong is named, and the exit code is 2") {
  ServerFixture server;
  const Desk desk(server);
  const auto refused = [&](const std::string& arguments, const std::string& why, const std::string& input = "") {
    const Ended ended = desk.run(arguments, input);
    CHECK_MESSAGE(ended.code == 2, arguments);
    CHECK_MESSAGE(ended.says(why), ended.output);
  };
  const std::string good = "long enough\n";
  refused("user add ada@example.com --tenant clinic --role boss --name A", "--role", good);
  refused("user add ada@example.com --tenant nobody --role admin --name A", "--tenant: there is no tenant nobody",
          good);
  refused("user add ada --tenant clinic --role admin --name A", "EMAIL: expected an e-mail address", good);
  refused("user add admin@clinic.example.com --tenant clinic --role admin --name A", "EMAIL: there is a user", good);
  refused("user add ada@example.com --tenant clinic --role admin --name A", "password: expected at least 8", "short\n");
  refused("user add ada@example.com --tenant clinic --role admin --name A", "password: expected at least 8");
  refused("user add ada@example.com --tenant clinic --role admin", "--name", good);
  refused("user add ada@example.com --tenant clinic --role admin --name A --password-file /no/such", "--password-file");
  refused("user add ada@example.com --tenant clinic --role admin --name A --password x", "--password", good);
  refused("user passwd nobody@example.com", "EMAIL: there is no user", good);
  refused("user remove nobody@example.com", "EMAIL: there is no user");
  refused("user list --tenant nobody", "--tenant: there is no tenant nobody");
  refused("tenant add clinic --name C", "ID: there is a tenant clinic already");
  refused("tenant add 'a b' --name C", "ID: expected up to 64 letters");
  refused("tenant add bakery --name B --account acc_1", "--account: the tenant clinic has this account");
  refused("tenant feature clinic --disable whatsapp_agent", "described in the configuration file");
  refused("tenant feature nobody --enable whatsapp_agent", "there is no tenant nobody");
  refused("agent add clinic night --name N --elevenlabs-agent-id agent_2", "described in the configuration file");
  refused("agent set clinic reception", "give --active");
  refused("agent list nobody", "TENANT: there is no tenant nobody");
  REQUIRE(desk.run("tenant add bakery --name B").code == 0);
  refused("agent set bakery desk --active", "ID: the tenant bakery has no agent desk");
  refused("tenant feature bakery", "give one of --enable and --disable");
  CHECK(desk.list("user list").size() == 5);
  const auto unopened = sessiond("tenant list --config " + server.folder() + "/absent.json");
  CHECK(unopened.code == 2);
  CHECK(unopened.says("cannot read"));
}
