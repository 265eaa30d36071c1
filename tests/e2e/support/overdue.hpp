/// Grace periods that end while the server is down, however long a test is held up before that.
///
/// While the server runs, the period is long; once it is down, the question that waits is given an earlier end.
#pragma once

#include "server_fixture.hpp"

#include <chrono>
#include <cstdint>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

namespace e2e {

using Wall = std::chrono::system_clock;

/// Nothing holds up a test for as long.
inline constexpr std::chrono::seconds kLongGrace(600);
/// How long after it had come the question is overdue then.
inline constexpr std::chrono::seconds kOverdueAfter(1);

/// Of the one chat of a server that is down and had `kLongGrace`. Gives when its grace period ends from now on.
inline Wall::time_point shorten_grace(const ServerFixture& server) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE);
  SQLite::Statement update(database,
                           "UPDATE chats SET next_deadline_ms = next_deadline_ms - ?1, state = json_set(state,"
                           " '$.phase.grace_deadline_ms', next_deadline_ms - ?1)"
                           " WHERE json_extract(state, '$.phase.grace_deadline_ms') = next_deadline_ms");
  update.bind(1, static_cast<std::int64_t>(std::chrono::milliseconds(kLongGrace - kOverdueAfter).count()));
  REQUIRE(update.exec() == 1);
  const std::int64_t ms = database.execAndGet("SELECT next_deadline_ms FROM chats").getInt64();
  return Wall::time_point(std::chrono::milliseconds(ms));
}

}  // namespace e2e
