// The commands of sessiond that are not `serve`, and how `serve` says that it cannot.
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <fstream>

#include <doctest/doctest.h>

using namespace e2e;

TEST_CASE("tables, version and help are printed") {
  const auto tables = sessiond("tables");
  CHECK(tables.code == 0);
  for (const char* row : {"18.1/1", "18.2/1", "18.3/1", "13.1/1"}) CHECK_MESSAGE(says(tables, row), row);
  CHECK(sessiond("--version").code == 0);
  const auto help = sessiond("--help");
  CHECK(help.code == 0);
  for (const char* command : {"serve", "check-config", "tables", "explain", "replay", "backup", "purge"})
    CHECK_MESSAGE(says(help, command), command);
  CHECK(sessiond("").code != 0);
  CHECK(sessiond("dance").code != 0);
}

TEST_CASE("a configuration is checked, and its mistakes are one line that names the key") {
  ServerFixture server;
  const std::string good = server.folder() + "/sessiond.json";
  CHECK(sessiond("check-config --config " + good).code == 0);

  json wrong = server.config();
  wrong["listen"]["prot"] = 1;
  const std::string bad = server.folder() + "/bad.json";
  std::ofstream(bad) << wrong.dump();
  for (const char* command : {"check-config", "serve"}) {
    const auto refused = sessiond(std::string(command) + " --config " + bad);
    CHECK(refused.code == 2);
    CHECK(says(refused, "listen.prot: unknown key"));
    CHECK_FALSE(says(refused, kJwtSecret));
  }
  const auto absent = sessiond("serve --config " + server.folder() + "/absent.json");
  CHECK(absent.code == 2);
  CHECK(says(absent, "cannot read"));
}

TEST_CASE("a port that is taken and a database that cannot be opened are said, not crashed on") {
  ServerFixture server;
  json taken = server.config();
  taken["listen"]["port"] = server.port();
  taken["database"] = server.folder() + "/other.db";
  const std::string file = server.folder() + "/taken.json";
  std::ofstream(file) << taken.dump();
  const auto refused = sessiond("serve --config " + file);
  CHECK(refused.code == 1);
  CHECK(says(refused, "is the port taken?"));

  taken["listen"]["port"] = 0;
  taken["database"] = server.folder() + "/no/such/folder/sessiond.db";
  std::ofstream(file) << taken.dump();
  const auto unopened = sessiond("serve --config " + file);
  CHECK(unopened.code == 1);
  CHECK(says(unopened, "database"));
}

TEST_CASE("explain tells each decision with its rows, by either id of the chat") {
  ServerFixture server;
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  auto api = server.logged_in();
  const std::string id = chat_id_of(api, "chat_1");
  REQUIRE(api.post("/api/whatsapp/chats/" + id + "/takeover").status == 200);
  for (const std::string& chat : {id, std::string("chat_1")}) {
    const auto told = sessiond("explain " + chat + " --config " + server.folder() + "/sessiond.json");
    CHECK(told.code == 0);
    CHECK(says(told, "contact_message: accepted, none -> waiting"));
    CHECK(says(told, "18.1/2"));
    CHECK(says(told, "take_over: accepted, waiting -> human"));
  }
  const auto unknown = sessiond("explain nothing --config " + server.folder() + "/sessiond.json");
  CHECK(unknown.code == 1);
  CHECK(says(unknown, "no chat nothing"));
}
