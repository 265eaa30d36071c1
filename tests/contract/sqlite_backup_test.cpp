// A backup is of one moment, however much is written while it is made, page by page.
#include "scratch_folder.hpp"
#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/backup.hpp>

using namespace sessioncore;
using contract::commit_of;
using contract::message;
using contract::must;
using contract::ScratchFolder;

namespace {

std::int64_t number(const std::filesystem::path& file, const std::string& query) {
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  return database.execAndGet(query).getInt64();
}

void write_chat(Store& store, const std::string& name) {
  must(contract::store(store, commit_of(name, 0, {message(1, std::string(3000, 'x'))})));
}

}  // namespace

TEST_CASE("backup: another writer between any two pages neither stops it nor gets into it") {
  ScratchFolder folder;
  const auto file = folder.fresh();
  const auto copy = folder.path("copy.db");
  const auto store = contract::opened(file);
  for (int n = 0; n < 50; ++n) write_chat(*store, "before" + std::to_string(n));
  std::uint64_t steps = 0;
  sqlite::BackupOptions options;
  options.pages_per_step = 1;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    REQUIRE(++steps < 5000);
    CHECK(done == steps);
    CHECK(done <= total);
    write_chat(*store, "meanwhile" + std::to_string(steps));
  };
  const auto report = must(sqlite::backup(file, copy, options));
  CHECK(report.pages == steps);
  CHECK(report.bytes == std::filesystem::file_size(copy));
  CHECK(number(copy, "SELECT count(*) FROM chats") == 50);
  CHECK(number(file, "SELECT count(*) FROM chats") == static_cast<std::int64_t>(50 + steps));
  CHECK_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  // The copy is as good as the file: a store goes on with it.
  const auto restored = contract::opened(copy);
  write_chat(*restored, "after");
}

TEST_CASE("backup: what is no database, or of another program, gives none") {
  ScratchFolder folder;
  const auto copy = folder.path("copy.db");
  const auto absent = sqlite::backup(folder.path("absent.db"), copy);
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().code == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(folder.path("absent.db")));

  const auto foreign = folder.fresh();
  SQLite::Database(foreign.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
  const auto refused = sqlite::backup(foreign, copy);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK_FALSE(std::filesystem::exists(copy));
}
