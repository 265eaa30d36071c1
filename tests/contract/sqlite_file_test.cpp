// The SQLite store and its file: versions, damage, other writers, a full disk, and the size of the log.
#include "sqlite_support.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>

#include <sessioncore/sqlite/migrate.hpp>
#include <sessioncore/sqlite/reader.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::commit_of;
using contract::message;
using contract::must;
using contract::opened;

namespace {

Error open_error(const std::filesystem::path& path) {
  const auto store = SqliteStore::open(path);
  REQUIRE_FALSE(store.has_value());
  return store.error();
}

void set_version(const std::filesystem::path& path, int version) {
  SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = " + std::to_string(version));
}

/// No file of this process grows beyond so many bytes: writing fails as it does on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before_) == 0);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite: a new file, and what lies beside it, is its owner's alone") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const auto store = opened(path);
    for (const char* ending : {"", "-wal", "-shm"}) {
      CAPTURE(ending);
      const auto rights = std::filesystem::status(path.string() + ending).permissions();
      CHECK(rights == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
  }

  TEST_CASE("sqlite: where a late message was shown as the last one, migrating shows the one written last") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const auto written = [](MessageNumber number, const char* text, std::int64_t at) {
      MessageRecorded record = message(number, text);
      record.provider_time = {at};
      return record;
    };
    {
      const auto store = opened(path);
      MessageRecorded kept_back = written(3, "kept back", 9000);
      kept_back.delivery = Delivery::suppressed;
      must(contract::store(*store,
                           commit_of("late", 0, {written(1, "last", 5000), written(2, "late", 1000), kept_back})));
      must(contract::store(*store, commit_of("fine", 0, {written(1, "first", 1000), written(2, "second", 1000)})));
      must(contract::store(*store, commit_of("purged", 0, {written(1, "first", 1000), written(2, "second", 2000)})));
      must(contract::store(*store, commit_of("empty", 0)));
    }
    {
      // As version 6 had it.
      SQLite::Database raw(path.string(), SQLite::OPEN_READWRITE);
      raw.exec("DROP INDEX messages_by_time");
      raw.exec(
          "UPDATE chats SET last_message = 2, last_message_at_ms = 5002, last_message_preview = 'late'"
          " WHERE id = 'late'");
      raw.exec("DELETE FROM messages WHERE text = 'second' AND provider_time_ms = 2000");
      set_version(path, 6);
    }
    CHECK(must(migrate(path)).from == 6);
    SQLite::Database raw(path.string(), SQLite::OPEN_READONLY);
    SQLite::Statement row(raw,
                          "SELECT id || ':' || last_message || ':' || last_message_at_ms || ':' ||"
                          " last_message_preview FROM chats ORDER BY chat");
    std::vector<std::string> rows;
    while (row.executeStep()) rows.push_back(row.getColumn(0).getString());
    CHECK(rows ==
          std::vector<std::string>{"late:1:5001:last", "fine:2:5002:second", "purged:2:5002:second", "empty:0:0:"});
  }

  TEST_CASE("sqlite: an empty file is migrated once") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const Migrated first = must(migrate(path));
    CHECK(first.from == 0);
    CHECK(first.to == schema_version());
    const Migrated second = must(migrate(path));
    CHECK(second.from == schema_version());
    CHECK(second.to == schema_version());
    must(contract::store(*opened(path), commit_of("a", 0)));
  }

  TEST_CASE("sqlite: a newer database is refused and left alone") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    opened(path);
    set_version(path, schema_version() + 1);
    const Error error = open_error(path);
    CHECK(error.code == ErrorCode::invalid_argument);
    CHECK(error.detail == "the database has version " + std::to_string(schema_version() + 1) +
                              ", this program knows versions up to " + std::to_string(schema_version()));
    CHECK(migrate(path).error().code == ErrorCode::invalid_argument);
    CHECK(SqliteReader::open(path).error().code == ErrorCode::invalid_argument);
    set_version(path, schema_version());
    CHECK(SqliteStore::open(path).has_value());
  }

  TEST_CASE("sqlite: a database of another program is refused") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE chats (x)");
    CHECK(open_error(path).code == ErrorCode::invalid_argument);
    CHECK(open_error(path).detail == "the file is a database of another program");
  }

  TEST_CASE("sqlite: what is no database is corrupt, what cannot be opened is unavailable") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    std::ofstream(path) << std::string(10'000, 'x');
    CHECK(open_error(path).code == ErrorCode::corrupt);
    CHECK(open_error(folder.path("no/such/folder/file.db")).code == ErrorCode::unavailable);
    CHECK(SqliteReader::open(folder.path("missing.db")).error().code == ErrorCode::unavailable);
    CHECK_FALSE(std::filesystem::exists(folder.path("missing.db")));
  }

  TEST_CASE("sqlite: a state that cannot be read names its chat and field") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    auto store = opened(path);
    must(contract::store(*store, commit_of("a", 0)));
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE)
        .exec(R"(UPDATE chats SET state = '{"version":1,"link":{"stage":"secret text"}}')");
    const auto loaded = store->load(ChatId("a"));
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == ErrorCode::corrupt);
    CHECK(loaded.error().detail == "the state of chat a: /link/stage has a value that does not exist");
  }

  TEST_CASE("sqlite: another writer makes a commit unavailable, not lost") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    Options options;
    options.busy_timeout = Duration(20);
    auto store = opened(path, options);
    SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
    {
      SQLite::Transaction held(other, SQLite::TransactionBehavior::IMMEDIATE);
      const auto refused = contract::store(*store, commit_of("a", 0, {message(1, "one")}));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == ErrorCode::unavailable);
      CHECK(!must(store->load(ChatId("a"))));  // reading waits for nobody
    }
    must(contract::store(*store, commit_of("a", 0, {message(1, "one")})));
    CHECK(must(store->latest_messages(ChatId("a"), 1, 9)).size() == 1);
  }

  TEST_CASE("sqlite: a commit waits for another writer within the busy timeout") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    // SQLite queues nobody: on a slow disk one of them may have to wait until the other is done.
    Options options;
    options.busy_timeout = std::chrono::minutes(10);
    auto store = opened(path, options);
    auto second = opened(path, options);
    constexpr int kEach = 50;
    std::atomic<int> failures{0};
    const auto write = [&](Store& into, const std::string& chat) {
      for (int n = 0; n < kEach; ++n) {
        if (!contract::store(into, commit_of(chat, static_cast<std::uint64_t>(n)))) ++failures;
      }
    };
    std::thread other([&] { write(*second, "b"); });
    write(*store, "a");
    other.join();
    CHECK(failures == 0);
    CHECK(must(store->decisions(ChatId("a"), 0, 1000)).size() == kEach);
    CHECK(must(store->decisions(ChatId("b"), 0, 1000)).size() == kEach);
  }

  TEST_CASE("sqlite: two stores on one file notice each other's versions") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    auto one = opened(path);
    auto two = opened(path);
    must(contract::store(*one, commit_of("a", 0)));
    CHECK(contract::store(*two, commit_of("a", 0)).error().code == ErrorCode::conflict);
    must(contract::store(*two, commit_of("a", 1)));
    CHECK(contract::store(*one, commit_of("a", 1)).error().code == ErrorCode::conflict);
  }

  TEST_CASE("sqlite: a full disk is unavailable, and leaves what was there") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    auto store = opened(path);
    must(contract::store(*store, commit_of("a", 0, {message(1, "one")})));
    {
      const FileSizeLimit limit(256 * 1024);
      const auto refused = contract::store(*store, commit_of("a", 1, {message(2, std::string(1'000'000, 'x'))}));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == ErrorCode::unavailable);
    }
    CHECK(must(store->load(ChatId("a")))->state.version == 1);
    must(contract::store(*store, commit_of("a", 1, {message(2, std::string(1'000'000, 'x'))})));
    store = nullptr;
    CHECK(must(opened(path)->latest_messages(ChatId("a"), 1, 9)).size() == 2);
  }

  TEST_CASE("sqlite: the log stays bounded") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    Options options;
    options.synchronous = Synchronous::normal;
    options.checkpoint_pages = 100;
    auto store = opened(path, options);
    const std::string text(8000, 'x');
    for (std::uint64_t n = 0; n < 500; ++n) {
      must(contract::store(*store, commit_of("a", n, {message(static_cast<MessageNumber>(n + 1), text)})));
    }
    const auto log = std::filesystem::file_size(path.string() + "-wal");
    CHECK(log < 200 * 4200);  // without checkpoints it would hold about 500 * 8 pages
    CHECK(std::filesystem::file_size(path) > 500 * 8000 / 2);
  }
}
