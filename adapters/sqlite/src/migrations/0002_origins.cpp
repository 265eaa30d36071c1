#include "migrations.hpp"

namespace sessioncore::sqlite {

// Where a chat's log begins if not with its first event: it was imported, or older decisions were purged. `decision` is
// the number of the first decision that follows, `state` what it was taken on.
const char kMigration0002[] = R"sql(
CREATE TABLE origins (
  chat     INTEGER PRIMARY KEY,
  decision INTEGER NOT NULL,
  state    TEXT    NOT NULL
) STRICT;
)sql";

}  // namespace sessioncore::sqlite
