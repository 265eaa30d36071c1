// What was answered 200 is on disk, whatever happens to the process, the queue or the disk (P1).
#include "support/command.hpp"
#include "support/load.hpp"
#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <filesystem>
#include <set>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

std::set<std::string> stored_messages(ServerFixture& server) {
  auto api = server.logged_in();
  std::set<std::string> all;
  for (int client = 0; client < Load::kClients; ++client) {
    for (int i = 0; i < Load::kChatsOfClient; ++i) {
      const std::string chat = Load::chat_of(client, i);
      const std::string id = chat_id_of(api, chat);
      if (id.empty()) continue;
      for (const auto& message : messages_of(api, id)) {
        const std::string key = chat + "/" + message.at("unipile_message_id").get<std::string>();
        CHECK_MESSAGE(all.insert(key).second, "stored twice: ", key);
      }
    }
  }
  return all;
}

int missing(const std::set<std::string>& accepted, const std::set<std::string>& stored) {
  int count = 0;
  for (const auto& message : accepted) count += stored.count(message) == 0 ? 1 : 0;
  return count;
}

std::string integrity(const ServerFixture& server) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
  return database.execAndGet("PRAGMA integrity_check").getString();
}

/// Not so for a moment whenever somebody else holds the database for longer than a probe waits.
bool is_ready(const ServerFixture& server) {
  return server.client().get("/health/ready").status == 200;
}

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

}  // namespace

TEST_CASE("killed three times under load, every answered message is there, once") {
  ServerFixture server;
  std::set<std::string> accepted;
  for (int round = 0; round < 3; ++round) {
    Load load(server);
    REQUIRE(wait_for([&] { return load.answered() >= 300; }));
    server.kill_now();
    load.stop();
    accepted.merge(load.accepted());
    server.start();
  }
  const auto stored = stored_messages(server);
  CHECK(accepted.size() >= 300);
  CHECK(missing(accepted, stored) == 0);
  CHECK(server.stop() == 0);
  CHECK(integrity(server) == "ok");
}

TEST_CASE("told to end under load, it finishes what it took and exits in good order") {
  ServerFixture server;
  Load load(server);
  REQUIRE(wait_for([&] { return load.answered() >= 300; }));
  CHECK(server.stop() == 0);
  load.stop();
  CHECK(integrity(server) == "ok");
  server.start();
  CHECK(missing(load.accepted(), stored_messages(server)) == 0);
}

TEST_CASE("a full queue answers 503, and what was answered 200 is there") {
  ServerFixture server(json{{"queue_max", 1}});
  // While nothing can be committed, one delivery keeps the engine waiting, one is queued, and the others are too many.
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE, 30'000);
  database.exec("BEGIN IMMEDIATE");  // before the load: SQLite lets nobody in for certain beside one who writes on end
  Load load(server);
  CHECK(wait_for([&] { return load.busy() >= 1; }));
  database.exec("ROLLBACK");
  CHECK(wait_for([&] { return load.answered() >= 300; }));
  load.stop();
  CHECK(missing(load.accepted(), stored_messages(server)) == 0);
}

TEST_CASE("idle connections do not hold up the end") {
  ServerFixture server;
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(std::make_unique<RawClient>(server.port()));
  const auto start = std::chrono::steady_clock::now();
  CHECK(server.stop() == 0);
  CHECK(std::chrono::steady_clock::now() - start < 15s);
}

TEST_CASE("a second server on the same database ends at once and says why, and commands do not mind the first") {
  ServerFixture server;
  const std::string serve = "serve --config " + server.config_file();
  const auto second = sessiond(serve);
  CHECK(second.code == 1);
  CHECK(second.says("another server uses it"));
  CHECK(second.says("sessiond.db.lock"));
  CHECK_FALSE(second.says("listening"));
  CHECK(wait_for([&] { return is_ready(server); }));
  CHECK(sessiond("replay --all --config " + server.config_file()).code == 0);
  // By another name it is the same database.
  auto config = server.config();
  const std::string other_name = server.folder() + "/other.db";
  std::filesystem::create_symlink("sessiond.db", other_name);
  config["database"] = other_name;
  server.write_config(config);
  const auto third = sessiond(serve);
  CHECK(third.code == 1);
  CHECK(third.says("sessiond.db.lock"));
  server.write_config(server.config());
  // A process that was killed holds nothing, although its file is there.
  server.kill_now();
  CHECK(std::filesystem::exists(server.database() + ".lock"));
  server.start();
  CHECK(wait_for([&] { return is_ready(server); }));
}

TEST_CASE("waiting chats survive a crash and are answered after it") {
  ServerFixture server(json{{"policy", {{"grace_period_seconds", 1}}}});
  auto client = server.client();
  // Known to the stand-in too, so that the answer can be sent.
  const auto written = server.unipile.control("POST", "/sim/contact", R"({"phone": "+905551112233", "text": "hello"})");
  const std::string chat = json::parse(written.body).at("chat_id");
  auto api = server.logged_in();
  REQUIRE(wait_for([&] { return !chat_id_of(api, chat).empty(); }));
  server.kill_now();
  server.start();
  CHECK(wait_for([&] {
    const auto shown = json::parse(server.unipile.control("GET", "/sim/chats/" + chat).body);
    return shown.at("messages").size() == 2 && shown["messages"][1]["text"] == "Echo: hello";
  }));
}

TEST_CASE("a disk that takes nothing more gives 503, not a lost message and not a crash") {
  ServerFixture server;
  CHECK(server.stop() == 0);
  server.start_with_disk_limit(4 * 1024);
  Load load(server);
  REQUIRE(wait_for([&] { return load.busy() >= 20; }));
  // Commits smaller than the one that failed may still fit, and the log can begin anew: now nothing fits.
  server.fill_disk();
  const int busy = load.busy();
  // Some client is told so three times: of a commit that may have been tried before, of one that was not, of the next.
  REQUIRE(wait_for([&] { return load.busy() > busy + 2 * Load::kClients; }));
  CHECK(wait_for([&] { return server.client().get("/health/ready").status == 503; }));
  load.stop();
  CHECK(server.client().get("/health/ready").status == 503);
  CHECK(server.client().get("/health/live").status == 200);
  CHECK(server.running());
  server.kill_now();
  server.start();
  CHECK(wait_for([&] { return is_ready(server); }));
  CHECK(missing(load.accepted(), stored_messages(server)) == 0);
  CHECK(server.stop() == 0);
  CHECK(integrity(server) == "ok");
}
