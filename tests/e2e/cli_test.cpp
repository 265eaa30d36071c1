// The commands of sessiond that are not `serve`, and how `serve` says that it cannot.
#include "support/command.hpp"
#include "support/server_fixture.hpp"

#include <cstdlib>
#include <fstream>
#include <map>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;

TEST_CASE("tables, version and help are printed") {
  const auto tables = sessiond("tables");
  CHECK(tables.code == 0);
  for (const char* row : {"18.1/1", "18.2/1", "18.3/1", "13.1/1"}) CHECK_MESSAGE(tables.says(row), row);
  CHECK(sessiond("--version").code == 0);
  const auto help = sessiond("--help");
  CHECK(help.code == 0);
  for (const char* command : {"serve", "check-config", "tables", "explain", "replay", "backup", "purge", "migrate"})
    CHECK_MESSAGE(help.says(command), command);
  CHECK(sessiond("").code != 0);
  CHECK(sessiond("dance").code != 0);
}

TEST_CASE("a program that is started sees what configures another server only if it is given") {
  const std::map<std::string, std::string> exported = {
      {"SESSIOND_DATABASE", "1"}, {"UNIPILE_API_KEY", "2"}, {"ELEVENLABS_API_KEY", "3"}, {"OTHER", "4"}};
  for (const auto& [name, value] : exported) ::setenv(name.c_str(), value.c_str(), 1);
  sessioncore::story::Process program;
  program.start(
      {"sh", "-c", "echo http://$SESSIOND_DATABASE.$UNIPILE_API_KEY.$ELEVENLABS_API_KEY.$OTHER.$SESSIOND_LISTEN_PORT"},
      {{"SESSIOND_LISTEN_PORT", "5"}}, "/dev/null");
  CHECK(program.wait_for_address(std::chrono::seconds(30)) == "http://...4.5");
  for (const auto& [name, value] : exported) ::unsetenv(name.c_str());
}

TEST_CASE("migrate makes the tables and brings old ones up to date, and says from where to where") {
  ServerFixture server;
  const std::string file = server.folder() + "/other.db";
  const auto made = sessiond("migrate --database " + file);
  CHECK(made.code == 0);
  CHECK(made.says(file + ": made, with tables of version "));
  CHECK(sessiond("migrate --database " + file).says("nothing to do"));
  {
    // As before the last migration, which made an index.
    SQLite::Database database(file, SQLite::OPEN_READWRITE);
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    REQUIRE(version == 7);
    database.exec("DROP INDEX messages_by_time");
    database.exec("PRAGMA user_version = 6");
  }
  const auto migrated = sessiond("migrate --database " + file);
  CHECK_MESSAGE(migrated.code == 0, migrated.output);
  CHECK(migrated.says("tables brought from version 6 to version 7"));
  CHECK(sessiond("migrate --config " + server.folder() + "/sessiond.json").says("nothing to do"));
  CHECK(sessiond("migrate").code == 2);
  std::ofstream(server.folder() + "/text.db") << "not a database, and long enough to be seen as none by anybody at all";
  CHECK(sessiond("migrate --database " + server.folder() + "/text.db").says("cannot be brought up to date"));
}

TEST_CASE("a feature that nobody knows is told") {
  ServerFixture server;
  json config = server.config();
  config["tenants"][0]["features"] = {"whatsapp_agent", "nonsense"};
  const std::string file = server.folder() + "/features.json";
  std::ofstream(file) << config.dump();
  const auto checked = sessiond("check-config --config " + file);
  CHECK(checked.code == 0);
  CHECK(checked.says("tenant clinic has the unknown feature nonsense; known: whatsapp_agent"));
  const std::string add = "tenant add museum --name M --config " + server.folder() + "/sessiond.json --feature ";
  const auto refused = sessiond(add + "nonsense");
  CHECK(refused.code == 2);
  CHECK(refused.says("--feature: expected one of the features whatsapp_agent"));
  CHECK(sessiond(add + "whatsapp_agent").code == 0);
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
    CHECK(refused.says("listen.prot: unknown key"));
    CHECK_FALSE(refused.says(kJwtSecret));
  }
  const auto absent = sessiond("serve --config " + server.folder() + "/absent.json");
  CHECK(absent.code == 2);
  CHECK(absent.says("cannot read"));
}

TEST_CASE("a server whose secrets stand in its configuration says which, but in development") {
  ServerFixture server;
  const auto warned = [&] {
    return server.log().find(R"("secret.plain","key":"unipile.api_key")") != std::string::npos;
  };
  CHECK(warned());
  CHECK(server.log().find("unipile-key") == std::string::npos);
  ServerFixture other(json{{"development", true}});
  CHECK(other.log().find("secret.plain") == std::string::npos);
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
  CHECK(refused.says("is the port taken?"));

  taken["listen"]["port"] = 0;
  taken["database"] = server.folder() + "/no/such/folder/sessiond.db";
  std::ofstream(file) << taken.dump();
  const auto unopened = sessiond("serve --config " + file);
  CHECK(unopened.code == 1);
  CHECK(unopened.says("database"));
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
    CHECK(told.says("contact_message: accepted, none -> waiting"));
    CHECK(told.says("18.1/2"));
    CHECK(told.says("take_over: accepted, waiting -> human"));
  }
  const auto unknown = sessiond("explain nothing --config " + server.folder() + "/sessiond.json");
  CHECK(unknown.code == 1);
  CHECK(unknown.says("no chat nothing"));
}
