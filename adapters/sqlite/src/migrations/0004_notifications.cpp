#include "migrations.hpp"

namespace sessioncore::sqlite {

// What people and other systems are to be told. `row` is the order, `id` what the outside calls it. `chat` and
// `session` are empty for what concerns an account. The states are those of DeliveryState (notifications.hpp).
const char kMigration0004[] = R"sql(
CREATE TABLE notifications (
  row             INTEGER PRIMARY KEY AUTOINCREMENT,
  id              TEXT    NOT NULL UNIQUE,
  tenant          TEXT    NOT NULL,
  notice          TEXT    NOT NULL,
  detail          TEXT    NOT NULL,
  chat            TEXT,
  session         INTEGER,
  account         TEXT    NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  state           INTEGER NOT NULL DEFAULT 0,
  attempts        INTEGER NOT NULL DEFAULT 0,
  next_attempt_ms INTEGER NOT NULL,
  settled_at_ms   INTEGER,
  last_error      TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notifications_by_tenant ON notifications (tenant, row);
CREATE INDEX notifications_pending ON notifications (tenant, next_attempt_ms) WHERE state = 0;
)sql";

}  // namespace sessioncore::sqlite
