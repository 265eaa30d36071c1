/// The steps from an empty file to the tables of this version. A step that was released never changes.
#pragma once

#include <span>

namespace SQLite {
class Database;
}

namespace sessioncore::sqlite {

struct Migration {
  int version;  ///< of the tables once it has run
  const char* sql;
};

extern const char kMigration0001[];
extern const char kMigration0002[];
extern const char kMigration0003[];
extern const char kMigration0004[];
extern const char kMigration0005[];
extern const char kMigration0006[];
extern const char kMigration0007[];

/// All steps in order, the versions counting from 1 without gaps.
[[nodiscard]] std::span<const Migration> all_migrations();

/// Runs the steps that are missing; gives the version found. Throws `Refused` and `SQLite::Exception`.
int run_migrations(SQLite::Database& database);
/// Refuses a file of another program or with other tables than those of this version. Throws like `run_migrations`.
void require_current_version(SQLite::Database& database);

}  // namespace sessioncore::sqlite
