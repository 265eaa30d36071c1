// `sessiond backup` beside a server that takes messages as fast as it can.
#include "support/command.hpp"
#include "support/load.hpp"
#include "support/server_fixture.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

std::string backup(const ServerFixture& server, const std::string& to) {
  return "backup --config " + server.folder() + "/sessiond.json --to " + to;
}

std::set<std::string> messages_in(const std::string& file) {
  SQLite::Database database(file, SQLite::OPEN_READONLY);
  SQLite::Statement rows(database, "SELECT external_id, provider_id FROM messages JOIN chats USING (chat)");
  std::set<std::string> all;
  while (rows.executeStep()) all.insert(rows.getColumn(0).getString() + "/" + rows.getColumn(1).getString());
  return all;
}

std::size_t missing(const std::set<std::string>& expected, const std::set<std::string>& found) {
  std::size_t count = 0;
  for (const auto& one : expected) count += found.count(one) == 0 ? 1 : 0;
  return count;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Not so for a moment whenever somebody else holds the database for longer than a probe waits.
bool becomes_ready(const ServerFixture& server) {
  return sessioncore::story::wait_until(30s, [&] { return server.client().get("/health/ready").status == 200; });
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("a backup under full load holds all that was answered before, and a server starts on it") {
  ServerFixture server;
  const std::string folder = server.folder() + "/backups";
  std::filesystem::create_directory(folder);
  Load load(server);
  REQUIRE(sessioncore::story::wait_until(60s, [&] { return load.answered() >= 300; }));
  for (int round = 1; round <= 3; ++round) {
    CAPTURE(round);
    const auto before = load.accepted();
    const int answered = load.answered();
    const std::string copy = folder + "/copy" + std::to_string(round) + ".db";
    const auto done = sessiond(backup(server, copy));
    CHECK_MESSAGE(done.code == 0, done.output);
    CHECK(done.says("checked"));
    // Nobody had to wait for it.
    CHECK(sessioncore::story::wait_until(30s, [&] { return load.answered() > answered; }));
    CHECK(load.busy() == 0);
    CHECK(missing(before, messages_in(copy)) == 0);
    CHECK(sessiond("replay --all --database " + copy).code == 0);
  }
  load.stop();
  REQUIRE(server.stop() == 0);
  CHECK(files_in(folder).size() == 3);  // no temporary file, no log

  // Restore: the copy takes the database's place.
  const auto in_copy = messages_in(folder + "/copy3.db");
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(server.database() + suffix);
  std::filesystem::rename(folder + "/copy3.db", server.database());
  server.start();
  CHECK(becomes_ready(server));
  auto client = server.client();
  CHECK(deliver(client, message_webhook(Load::chat_of(0, 0), "after", "after the restore")).status == 200);
  CHECK(server.stop() == 0);
  const auto restored = messages_in(server.database());
  CHECK(missing(in_copy, restored) == 0);
  CHECK(restored.count(Load::chat_of(0, 0) + "/after") == 1);
}

TEST_CASE("a backup replaces nothing unless told to, and never the database") {
  ServerFixture server;
  const std::string copy = server.folder() + "/copy.db";
  std::ofstream(copy) << "precious";
  const auto refused = sessiond(backup(server, copy));
  CHECK(refused.code == 1);
  CHECK(refused.says("exists already"));
  CHECK(content(copy) == "precious");
  CHECK(sessiond(backup(server, copy) + " --force").code == 0);
  CHECK(messages_in(copy).empty());
  CHECK((std::filesystem::status(copy).permissions() & std::filesystem::perms::others_read) ==
        std::filesystem::perms::none);

  const auto itself = sessiond(backup(server, server.database()) + " --force");
  CHECK(itself.code == 1);
  CHECK(itself.says("is the database itself"));
  std::ofstream(copy + "-wal") << "the log of somebody";
  const auto in_use = sessiond(backup(server, copy) + " --force");
  CHECK(in_use.code == 1);
  CHECK(in_use.says("somebody may be using"));
  CHECK(sessiond(backup(server, server.folder() + "/no/such/folder/copy.db")).code == 1);
  CHECK(becomes_ready(server));
}

TEST_CASE("an interrupted backup leaves nothing behind, and a later one removes what a killed one left") {
  ServerFixture server;
  REQUIRE(server.stop() == 0);
  {
    SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
    database.exec("CREATE TABLE long_to_copy (bytes BLOB)");
    for (int n = 0; n < 64; ++n) database.exec("INSERT INTO long_to_copy VALUES (randomblob(1048576))");
  }
  const std::string copy = server.folder() + "/copy.db";
  const std::string said = server.folder() + "/said";
  const auto parts = [&] {
    int count = 0;
    for (const std::string& name : files_in(server.folder())) count += name.find(".part-") != std::string::npos ? 1 : 0;
    return count;
  };
  // What becomes of a backup that gets the signal while it copies; another one if it was done before the signal came.
  const auto signalled = [&](int signal) {
    std::filesystem::remove(said);
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (std::chrono::steady_clock::now() < until) {
      sessioncore::story::Process backup;
      backup.start({SESSIOND_PROGRAM, "backup", "--config", server.config_file(), "--to", copy, "--force"}, {}, said);
      while (parts() == 0 && backup.running()) std::this_thread::yield();
      if (backup.running()) ::kill(backup.pid(), signal);
      const int code = backup.wait_for_end(30s);
      const bool too_late = code == 0 || (signal == SIGKILL && parts() == 0);
      if (!too_late) return code;
    }
    return 0;
  };
  for (const int signal : {SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    CHECK(signalled(signal) == 1);
    CHECK_MESSAGE(content(said).find("interrupted") != std::string::npos, content(said));
    CHECK(parts() == 0);
  }
  CHECK(signalled(SIGKILL) == 128 + SIGKILL);
  CHECK(parts() >= 1);
  const std::string of_another = server.folder() + "/copy.db.part-other-name";
  std::ofstream(of_another) << "something else";
  CHECK(sessiond(backup(server, copy) + " --force").code == 0);
  CHECK(parts() == 1);
  CHECK(std::filesystem::exists(of_another));
}

TEST_CASE("a damaged database gives no backup and leaves the last good one alone") {
  ServerFixture server;
  {
    Load load(server);
    REQUIRE(sessioncore::story::wait_until(60s, [&] { return load.answered() >= 300; }));
  }
  REQUIRE(server.stop() == 0);
  const std::string copy = server.folder() + "/copy.db";
  REQUIRE(sessiond(backup(server, copy)).code == 0);
  const std::string good = content(copy);
  {
    // An index that does not hold the rows it should: every page can be read, and yet the file is no good.
    SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA writable_schema = ON");
    REQUIRE(database.exec("UPDATE sqlite_schema SET sql = replace(sql, 'needs_recovery = 1', 'needs_recovery = 0')"
                          " WHERE name = 'chats_recoverable'") == 1);
  }
  const auto damaged = sessiond(backup(server, copy) + " --force");
  CHECK(damaged.code == 1);
  CHECK_MESSAGE(damaged.says("the copy is damaged"), damaged.output);
  CHECK(content(copy) == good);
  for (const std::string& name : files_in(server.folder())) CHECK(name.find(".part-") == std::string::npos);
}
