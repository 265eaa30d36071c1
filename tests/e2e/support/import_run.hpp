/// A server that is stopped, the exports of the old system beside it, and what importing them reports.
#pragma once

#include "support/command.hpp"
#include "support/old_export.hpp"
#include "support/server_fixture.hpp"

#include <chrono>
#include <filesystem>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

namespace e2e {

using sessioncore::Instant;

inline const std::string kTenant = object_id(9, 1);
inline const std::string kStranger = object_id(9, 2);
inline const std::string kManager = "manager@clinic.example.com";

inline Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

inline json report_of(const Ended& ended) {
  return json::parse(ended.output);
}

inline json counts(int read, int imported, int already_there, int skipped, int bad) {
  return {{"read", read}, {"imported", imported}, {"already_there", already_there}, {"skipped", skipped}, {"bad", bad}};
}

/// A server that has been stopped, with an empty folder for exports beside it.
struct Move {
  explicit Move(Spelling spelling = Spelling::relaxed) : old(server.folder() + "/export", spelling) {
    std::filesystem::create_directory(old.folder());
  }
  void stop() { REQUIRE(server.stop() == 0); }
  /// As before the first start.
  void forget_database() {
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(server.database() + ending);
  }
  [[nodiscard]] Ended import(const std::string& more = "") const {
    return sessiond("import --config " + server.config_file() + " --dir " + old.folder() + " " + more);
  }
  void add_tenant() const {
    old.add("tenants", {{"_id", old.id(kTenant)},
                        {"name", "The clinic"},
                        {"settings", {{"whatsapp_agent", {{"unipile_account_id", "acc_1"}}}}}});
  }

  ServerFixture server;
  OldExport old;
};

/// All rows of all tables, as text.
inline std::string content_of(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  std::string content;
  SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    SQLite::Statement rows(database, "SELECT * FROM " + table + " ORDER BY 1");
    content += "# " + table + "\n";
    while (rows.executeStep()) {
      for (int column = 0; column < rows.getColumnCount(); ++column)
        content += rows.getColumn(column).getString() + "|";
      content += "\n";
    }
  }
  return content;
}

}  // namespace e2e
