#include "cli/migrate.hpp"

#include "cli/report.hpp"

#include <cstdio>

#include <sessioncore/sqlite/migrate.hpp>

namespace sessioncore::server {

int migrate(const std::string& database) {
  const auto migrated = must(sqlite::migrate(database), "the database cannot be brought up to date");
  if (migrated.from == 0) {
    std::printf("%s: made, with tables of version %d\n", database.c_str(), migrated.to);
  } else if (migrated.from == migrated.to) {
    std::printf("%s: tables of version %d, nothing to do\n", database.c_str(), migrated.to);
  } else {
    std::printf("%s: tables brought from version %d to version %d\n", database.c_str(), migrated.from, migrated.to);
  }
  return kDone;
}

}  // namespace sessioncore::server
