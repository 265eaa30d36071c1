/// What a purge finds out about a chat before it removes anything.
#pragma once

#include "policies.hpp"
#include "rows.hpp"

#include <limits>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/engine/replay.hpp>

namespace sessioncore::sqlite {

inline constexpr SessionNumber kNoSession = std::numeric_limits<SessionNumber>::max();

/// What is to go of one chat.
struct PurgePlan {
  ChatNumber chat = 0;
  Instant limit;                          ///< of times of decisions and messages
  SessionNumber first_kept = kNoSession;  ///< the first session that is open or ended too late
  LogOrigin origin;                       ///< where the log begins after it
  std::uint64_t former_origin = 0;
  SessionNumber last_over = 0;  ///< the last session that was over by then
  std::string needed_messages;  ///< JSON array of numbers
  bool unprovable = false;
};

/// Of what lies before `cutoff`. The log is replayed up to its new beginning; one that does not prove itself keeps the
/// old one, unless `drop_unprovable`.
[[nodiscard]] PurgePlan plan_purge(SQLite::Database& database, PolicyReader& policies, ChatNumber chat, Instant cutoff,
                                   bool drop_unprovable);

}  // namespace sessioncore::sqlite
