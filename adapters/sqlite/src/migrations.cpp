#include "migrations.hpp"

#include "connection.hpp"

#include <array>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/migrate.hpp>

namespace sessioncore::sqlite {
namespace {

/// Marks the files of this library, so that another program's database is not taken for an empty one ("sesc").
constexpr int kApplicationId = 0x73657363;

int number(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt();
}

void require_own_file(SQLite::Database& database) {
  const int application = number(database, "PRAGMA application_id");
  if (application == kApplicationId) return;
  if (application == 0 && number(database, "SELECT count(*) FROM sqlite_schema") == 0) return;
  throw Refused{{ErrorCode::invalid_argument, "the file is a database of another program"}};
}

int stored_version(SQLite::Database& database) {
  require_own_file(database);
  const int version = number(database, "PRAGMA user_version");
  if (version <= schema_version()) return version;
  throw Refused{{ErrorCode::invalid_argument, "the database has version " + std::to_string(version) +
                                                  ", this program knows versions up to " +
                                                  std::to_string(schema_version())}};
}

}  // namespace

std::span<const Migration> all_migrations() {
  static constexpr std::array<Migration, 7> kAll = {{{1, kMigration0001},
                                                     {2, kMigration0002},
                                                     {3, kMigration0003},
                                                     {4, kMigration0004},
                                                     {5, kMigration0005},
                                                     {6, kMigration0006},
                                                     {7, kMigration0007}}};
  return kAll;
}

int schema_version() {
  return all_migrations().back().version;
}

int run_migrations(SQLite::Database& database) {
  const int found = stored_version(database);
  for (const Migration& step : all_migrations()) {
    if (step.version <= found) continue;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have run it while this one waited for the file.
    if (stored_version(database) >= step.version) continue;
    database.exec(step.sql);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(step.version));
    transaction.commit();
  }
  return found;
}

void require_current_version(SQLite::Database& database) {
  const int version = stored_version(database);
  if (version == schema_version()) return;
  throw Refused{{ErrorCode::invalid_argument, "the database has version " + std::to_string(version) + ", not " +
                                                  std::to_string(schema_version()) + ": open it for writing first"}};
}

Result<Migrated> migrate(const std::filesystem::path& path, const Options& options) {
  return guarded([&]() -> Migrated {
    Connection connection(path, options, Access::write_without_migration);
    const int from = run_migrations(connection.database());
    return {from, schema_version()};
  });
}

}  // namespace sessioncore::sqlite
