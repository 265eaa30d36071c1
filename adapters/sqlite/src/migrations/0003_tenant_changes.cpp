#include "migrations.hpp"

namespace sessioncore::sqlite {

// What was changed of a tenant at run time, apart from what describes it.
const char kMigration0003[] = R"sql(
ALTER TABLE tenants ADD COLUMN changes TEXT NOT NULL DEFAULT '{}';
)sql";

}  // namespace sessioncore::sqlite
