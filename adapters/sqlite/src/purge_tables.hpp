/// Which further tables are purged, and which hang on a chat. A migration that adds one adds its lines here, or rows
/// outlive what they tell of.
#pragma once

#include <array>

#include <sessioncore/sqlite/purge.hpp>

namespace sessioncore::sqlite {

/// Rows that grow old by themselves, whatever becomes of their chat.
struct AgeingTable {
  /// Gives `row` and `tenant` of what may go; the parameters are the row to go on after, the limit in milliseconds,
  /// whether all tenants are meant, the tenant, and how many rows.
  const char* old_rows;
  const char* remove;  ///< the row with this number, if it may still go
  std::uint64_t PurgeCounts::*counted;
};
inline constexpr std::array<AgeingTable, 2> kAgeingTables = {
    {{"SELECT row, tenant FROM notifications WHERE row > ? AND state <> 0 AND created_at_ms < ? AND (? OR tenant = ?)"
      " ORDER BY row LIMIT ?",
      "DELETE FROM notifications WHERE row = ? AND state <> 0", &PurgeCounts::notifications},
     // Reports that no session has taken up; the others go with their session.
     {"SELECT row, tenant FROM agent_conversations WHERE row > ? AND received_at_ms < ? AND (? OR tenant = ?)"
      " AND conversation_id NOT IN (SELECT conversation_id FROM agent_conversation_sessions) ORDER BY row LIMIT ?",
      "DELETE FROM agent_conversations WHERE row = ?"
      " AND conversation_id NOT IN (SELECT conversation_id FROM agent_conversation_sessions)",
      &PurgeCounts::reports}}};

#define SESSIONCORE_SQLITE_REPORTS_OF_SESSIONS \
  "conversation_id IN (SELECT conversation_id FROM agent_conversation_sessions WHERE session BETWEEN ?1 AND ?2)"

/// What goes with a chat that is deleted itself; each is given the first and the last id that its rows can have. A
/// later chat may get this number.
inline constexpr std::array<const char*, 3> kDeletedWithChat = {
    "DELETE FROM origins WHERE chat = ?1 >> 32 AND ?2 >= ?1",
    "DELETE FROM agent_conversations WHERE " SESSIONCORE_SQLITE_REPORTS_OF_SESSIONS,
    "DELETE FROM agent_conversation_sessions WHERE session BETWEEN ?1 AND ?2"};

}  // namespace sessioncore::sqlite
