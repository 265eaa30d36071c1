/// `sessiond import`: the old system's exports into this server's database (S15).
///
/// Reads each file once, keeps the lines in a temporary file sorted by chat, and stores chat by chat; memory holds the
/// largest chat and one transaction. A line that is bad costs only itself. Thread rule: one thread.
#pragma once

#include "config/config.hpp"
#include "import/report.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sessioncore::server::importing {

/// Paths; empty: there is none.
struct ExportFiles {
  std::string tenants;
  std::string agents;
  std::string users;
  std::string chats;
  std::string sessions;
  std::string messages;
};

/// The files of a folder by their usual names (`whatsappchats.ndjson` and the like).
[[nodiscard]] ExportFiles files_in(const std::string& folder);

struct ImportOptions {
  ExportFiles files;
  bool dry_run = false;
  bool create_tenants = false;
  std::vector<std::pair<TenantId, std::string>> tenants;  ///< ours to the old system's id
  std::function<void(const std::string&)> progress;       ///< may be empty; called about once a second
};

/// Throws `ConfigError` if the options make no sense, `std::runtime_error` if a file or the database cannot be used.
[[nodiscard]] Report run_import(const Config& config, const ImportOptions& options, Instant now);

}  // namespace sessioncore::server::importing
