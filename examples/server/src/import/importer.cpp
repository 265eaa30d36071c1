#include "import/importer.hpp"

#include "config/people.hpp"
#include "database_options.hpp"
#include "import/chat_import.hpp"
#include "import/documents.hpp"
#include "import/parts.hpp"
#include "import/tenant_import.hpp"
#include "must.hpp"

#include <filesystem>
#include <map>
#include <memory>

namespace sessioncore::server::importing {

namespace {

std::unique_ptr<sqlite::SqliteImporter> open_database(const Config& config, bool dry_run) {
  const auto mode = dry_run ? sqlite::ImportMode::dry_run : sqlite::ImportMode::store;
  return must(sqlite::SqliteImporter::open(config.database, mode, store_options(config)));
}

/// By the old system's ids.
std::map<std::string, UserId> read_users(const ImportParts& parts) {
  std::map<std::string, UserId> users;
  parts.lines.each(Subject::users, parts.options.files.users, [&](const std::string& line, std::uint64_t) {
    const OldUser user = read_user(line);
    users[user.id] = user_id_of(user.email);
    ++parts.report.of(Subject::users).imported;
  });
  return users;
}

}  // namespace

ExportFiles files_in(const std::string& folder) {
  const auto find = [&folder](const std::string& name) {
    for (const char* ending : {".ndjson", ".jsonl", ".json"}) {
      const auto path = std::filesystem::path(folder) / (name + ending);
      if (std::filesystem::is_regular_file(path)) return path.string();
    }
    return std::string();
  };
  return {find("tenants"),       find("agents"),           find("users"),
          find("whatsappchats"), find("whatsappsessions"), find("whatsappmessages")};
}

Report run_import(const Config& config, const ImportOptions& options, Instant now) {
  if (options.files.chats.empty()) throw ConfigError("import: no file of chats; give --dir or --chats");
  const auto database = open_database(config, options.dry_run);
  TenantMap tenants(config, must(database->tenants()));
  for (const auto& [ours, old_id] : options.tenants) tenants.assign(ours, old_id);
  Report report(options.dry_run);
  Progress progress(options.progress);
  LineReader lines(report, progress);
  const ImportParts parts{options, *database, tenants, lines, report};

  const auto users = read_users(parts);
  TenantImport(parts).run();
  ChatImport(parts, progress, users, now).run();
  return report;
}

}  // namespace sessioncore::server::importing
