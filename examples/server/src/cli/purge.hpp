/// `sessiond purge --older-than AGE`: deletes what is finished and old, while the server runs.
#pragma once

#include <string>

#include <sessioncore/ids.hpp>

namespace sessioncore::server {

struct PurgeCommandOptions {
  std::string older_than;
  TenantId tenant;  ///< empty: all
  bool dry_run = false;
  bool delete_empty_chats = false;
  bool drop_unprovable = false;
  bool vacuum = false;
  bool quiet = false;
};

/// Returns the exit code: 4 if chats were left alone because their log cannot be replayed. Throws if it cannot go on.
[[nodiscard]] int purge(const std::string& database, const PurgeCommandOptions& options);

}  // namespace sessioncore::server
