#include "cli/backup.hpp"

#include "cli/report.hpp"

#include <cstdio>

#include <sessioncore/sqlite/backup.hpp>

namespace sessioncore::server {

int backup(const std::string& database, const BackupCommandOptions& options) {
  Progress progress("pages", options.quiet);
  sqlite::BackupOptions how;
  how.overwrite = options.force;
  how.progress = [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); };
  const auto made = must(sqlite::backup(database, options.to, how), "no backup");
  std::printf("%s: %llu bytes, tables of version %d, checked\n", options.to.c_str(),
              static_cast<unsigned long long>(made.bytes), made.version);
  return kDone;
}

}  // namespace sessioncore::server
