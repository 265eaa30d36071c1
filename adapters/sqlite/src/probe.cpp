#include "connection.hpp"
#include "log_keeper.hpp"
#include "migrations.hpp"

#include <string>

#include <sessioncore/sqlite/probe.hpp>

namespace sessioncore::sqlite {

struct SqliteProbe::Impl {
  Impl(const std::filesystem::path& path, const Options& options)
      : connection(path, options, Access::write_without_migration),
        log(connection.database(), options.checkpoint_pages) {
    require_current_version(connection.database());
  }

  Connection connection;
  LogKeeper log;  // nobody else would tidy up behind the probes of a server without traffic
};

SqliteProbe::SqliteProbe(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteProbe::~SqliteProbe() = default;

Result<std::unique_ptr<SqliteProbe>> SqliteProbe::open(const std::filesystem::path& path, const Options& options) {
  return guarded([&] { return std::unique_ptr<SqliteProbe>(new SqliteProbe(std::make_unique<Impl>(path, options))); });
}

Result<void> SqliteProbe::commit() {
  auto written = guarded([&] {
    SQLite::Database& database = impl_->connection.database();
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Setting the version to what it is writes the file's first page: a real write that needs no table of its own.
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    database.exec("PRAGMA user_version = " + std::to_string(version));
    transaction.commit();
  });
  if (written) impl_->log.tidy();
  return written;
}

}  // namespace sessioncore::sqlite
