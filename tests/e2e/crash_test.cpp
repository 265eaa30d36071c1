// What was answered 200 is on disk, whatever happens to the process, the queue or the disk (P1).
#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

constexpr int kClients = 8;

/// Clients that deliver messages, each to chats of its own, until told to stop; knows which were answered 200.
class Load {
 public:
  explicit Load(const ServerFixture& server) : url_(server.url()) {
    for (int i = 0; i < kClients; ++i) threads_.emplace_back([this, i] { deliver_on(i); });
  }
  ~Load() { stop(); }
  void stop() {
    stopping_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  [[nodiscard]] int answered() const { return answered_count_; }
  [[nodiscard]] int busy() const { return busy_count_; }
  /// After `stop`: "chat/message" of each delivery that was answered 200.
  [[nodiscard]] std::set<std::string> accepted() const {
    std::set<std::string> all;
    for (const auto& part : accepted_) all.insert(part.begin(), part.end());
    return all;
  }

 private:
  void deliver_on(int number) {
    JsonClient client(url_);
    for (int i = 0; !stopping_; ++i) {
      const std::string chat = "chat_" + std::to_string(number) + "_" + std::to_string(i % 5);
      const std::string message = "m_" + std::to_string(number) + "_" + std::to_string(i);
      const auto answer = deliver(client, message_webhook(chat, message, "text " + message));
      if (answer.status == 200) {
        accepted_[static_cast<std::size_t>(number)].push_back(chat + "/" + message);
        ++answered_count_;
      } else if (answer.status == 503) {
        ++busy_count_;
      }
    }
  }

  std::string url_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> answered_count_{0};
  std::atomic<int> busy_count_{0};
  std::vector<std::vector<std::string>> accepted_{kClients};
  std::vector<std::thread> threads_;
};

std::set<std::string> stored_messages(ServerFixture& server) {
  auto api = server.logged_in();
  std::set<std::string> all;
  for (int client = 0; client < kClients; ++client) {
    for (int i = 0; i < 5; ++i) {
      const std::string chat = "chat_" + std::to_string(client) + "_" + std::to_string(i);
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

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(30s, condition);
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
  Load load(server);
  CHECK(wait_for([&] { return load.answered() >= 300 && load.busy() >= 1; }));
  load.stop();
  CHECK(missing(load.accepted(), stored_messages(server)) == 0);
}

TEST_CASE("idle connections do not hold up the end") {
  ServerFixture server;
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(std::make_unique<RawClient>(server.port()));
  const auto start = std::chrono::steady_clock::now();
  CHECK(server.stop() == 0);
  CHECK(std::chrono::steady_clock::now() - start < 5s);
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
  load.stop();
  CHECK(server.running());
  CHECK(server.client().get("/health/live").status == 200);
  CHECK(server.client().get("/health/ready").status == 503);
  server.kill_now();
  server.start();
  CHECK(server.client().get("/health/ready").status == 200);
  CHECK(missing(load.accepted(), stored_messages(server)) == 0);
  CHECK(server.stop() == 0);
  CHECK(integrity(server) == "ok");
}
