/// What the steps of an import work with. All of it outlives them. Thread rule: one thread.
#pragma once

#include "import/importer.hpp"
#include "import/line_reader.hpp"
#include "import/report.hpp"
#include "import/tenant_map.hpp"

#include <sessioncore/sqlite/importer.hpp>

namespace sessioncore::server::importing {

struct ImportParts {
  const ImportOptions& options;
  sqlite::SqliteImporter& database;
  TenantMap& tenants;
  LineReader& lines;
  Report& report;
};

}  // namespace sessioncore::server::importing
