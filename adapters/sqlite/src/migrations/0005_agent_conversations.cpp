#include "migrations.hpp"

namespace sessioncore::sqlite {

// A session takes up several conversations one after the other, and its row knows only the latest: each stays noted
// in `agent_conversation_sessions`, by which a report finds its session even hours later. Triggers do the noting, so
// that it happens once for each conversation and costs a message nothing but a look. They say NOT EXISTS and not OR
// IGNORE, because inside of a trigger the outer statement's way with conflicts would win.
const char kMigration0005[] = R"sql(
CREATE TABLE agent_conversations (
  row                INTEGER PRIMARY KEY,
  conversation_id    TEXT    NOT NULL UNIQUE,
  agent_id           TEXT    NOT NULL,
  tenant             TEXT    NOT NULL,
  status             TEXT    NOT NULL,
  call_successful    TEXT    NOT NULL,
  summary            TEXT    NOT NULL,
  termination_reason TEXT    NOT NULL,
  started_at_ms      INTEGER,
  duration_seconds   INTEGER,
  told_at_ms         INTEGER NOT NULL,
  received_at_ms     INTEGER NOT NULL,
  transcript         TEXT
) STRICT;

CREATE TABLE agent_conversation_sessions (
  conversation_id TEXT    PRIMARY KEY,
  session         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_conversations_by_session ON agent_conversation_sessions (session);

INSERT INTO agent_conversation_sessions (conversation_id, session)
  SELECT agent_conversation_id, min(id) FROM sessions WHERE agent_conversation_id <> '' GROUP BY agent_conversation_id;

CREATE TRIGGER session_conversation_put AFTER INSERT ON sessions WHEN NEW.agent_conversation_id <> ''
BEGIN
  INSERT INTO agent_conversation_sessions (conversation_id, session)
    SELECT NEW.agent_conversation_id, NEW.id WHERE NOT EXISTS
      (SELECT 1 FROM agent_conversation_sessions WHERE conversation_id = NEW.agent_conversation_id);
END;
CREATE TRIGGER session_conversation_changed AFTER UPDATE OF agent_conversation_id ON sessions
  WHEN NEW.agent_conversation_id <> '' AND NEW.agent_conversation_id <> OLD.agent_conversation_id
BEGIN
  INSERT INTO agent_conversation_sessions (conversation_id, session)
    SELECT NEW.agent_conversation_id, NEW.id WHERE NOT EXISTS
      (SELECT 1 FROM agent_conversation_sessions WHERE conversation_id = NEW.agent_conversation_id);
END;
)sql";

}  // namespace sessioncore::sqlite
