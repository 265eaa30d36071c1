/// `sessiond backup --to FILE`: a copy of the database while the server runs.
#pragma once

#include <string>

namespace sessioncore::server {

struct BackupCommandOptions {
  std::string to;
  bool force = false;
  bool quiet = false;
};

/// Returns the exit code; throws if there is no good copy.
[[nodiscard]] int backup(const std::string& database, const BackupCommandOptions& options);

}  // namespace sessioncore::server
