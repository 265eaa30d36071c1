#include "migrations.hpp"

namespace sessioncore::sqlite {

// A row of a chat has the number of the chat in the upper half of its id and its own in the lower one: rows of a chat
// lie together in the order they are read, without an index. The columns `chat` and `number` are computed for people
// who look at the file. Enumerations are stored by their C++ numbers (rows.hpp).
const char kMigration0001[] = R"sql(
CREATE TABLE chats (
  chat                 INTEGER PRIMARY KEY,
  id                   TEXT    NOT NULL UNIQUE,
  tenant               TEXT    NOT NULL,
  channel              TEXT    NOT NULL,
  external_id          TEXT    NOT NULL,
  account              TEXT    NOT NULL,
  contact_name         TEXT    NOT NULL,
  contact_phone        TEXT    NOT NULL,
  created_at_ms        INTEGER NOT NULL,
  version              INTEGER NOT NULL,
  phase                INTEGER NOT NULL,
  closed               INTEGER NOT NULL,
  session              INTEGER NOT NULL,
  message_count        INTEGER NOT NULL,
  decision_count       INTEGER NOT NULL,
  last_message         INTEGER NOT NULL,
  last_message_at_ms   INTEGER NOT NULL,
  last_message_preview TEXT    NOT NULL,
  updated_at_ms        INTEGER NOT NULL,
  next_deadline_ms     INTEGER,
  needs_recovery       INTEGER NOT NULL,
  state                TEXT    NOT NULL,
  UNIQUE (tenant, channel, external_id)
) STRICT;
CREATE INDEX chats_due ON chats (next_deadline_ms) WHERE next_deadline_ms IS NOT NULL;
CREATE INDEX chats_recoverable ON chats (id) WHERE needs_recovery = 1;

CREATE TABLE sessions (
  id                               INTEGER PRIMARY KEY,
  phase                            INTEGER NOT NULL,
  started_at_ms                    INTEGER NOT NULL,
  resolved_by                      INTEGER,
  resolved_at_ms                   INTEGER,
  grace_deadline_ms                INTEGER,
  taken_over_by                    TEXT,
  taken_over_at_ms                 INTEGER,
  agent_conversation_id            TEXT    NOT NULL,
  agent_conversation_created_at_ms INTEGER,
  agent_last_interaction_at_ms     INTEGER,
  message_count                    INTEGER NOT NULL,
  updated_at_ms                    INTEGER NOT NULL,
  chat                             INTEGER AS (id >> 32),
  number                           INTEGER AS (id & 4294967295)
) STRICT;

CREATE TABLE messages (
  id               INTEGER PRIMARY KEY,
  session          INTEGER NOT NULL,
  author           INTEGER NOT NULL,
  user             TEXT,
  provider_id      TEXT,
  provider_time_ms INTEGER NOT NULL,
  received_at_ms   INTEGER NOT NULL,
  kind             INTEGER NOT NULL,
  delivery         INTEGER NOT NULL,
  deleted          INTEGER NOT NULL,
  sender_name      TEXT    NOT NULL,
  text             TEXT    NOT NULL,
  attachments      TEXT    NOT NULL,
  delivery_error   TEXT    NOT NULL,
  chat             INTEGER AS (id >> 32),
  number           INTEGER AS (id & 4294967295)
) STRICT;
CREATE UNIQUE INDEX messages_by_provider_id ON messages (chat, provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE policies (
  policy INTEGER PRIMARY KEY,
  json   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE decisions (
  id           INTEGER PRIMARY KEY,
  at_ms        INTEGER NOT NULL,
  policy       INTEGER NOT NULL,
  phase_before INTEGER NOT NULL,
  phase_after  INTEGER NOT NULL,
  event        TEXT    NOT NULL,
  outcome      TEXT    NOT NULL,
  effects      TEXT    NOT NULL,
  chat         INTEGER AS (id >> 32),
  number       INTEGER AS (id & 4294967295)
) STRICT;

CREATE TABLE tenants (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  email         TEXT    PRIMARY KEY COLLATE NOCASE,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  tenant        TEXT    NOT NULL REFERENCES tenants (id),
  password_hash TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace sessioncore::sqlite
