/// Which further tables hang on a chat. A migration that adds one adds its line here, or rows outlive what they tell
/// of.
#pragma once

#include <array>

namespace sessioncore::sqlite {

/// Rows that grow old by themselves. Both statements are given the chat's number and the limit in milliseconds.
struct AgeingTable {
  const char* count;   ///< "SELECT count(*) FROM t WHERE chat = ? AND at_ms < ?"
  const char* remove;  ///< "DELETE FROM t WHERE chat = ? AND at_ms < ?"
};
inline constexpr std::array<AgeingTable, 0> kAgeingTables = {};

/// What goes with a chat that is deleted itself; each is given the chat's number. A later chat may get this number.
inline constexpr std::array<const char*, 1> kDeletedWithChat = {"DELETE FROM origins WHERE chat = ?"};

}  // namespace sessioncore::sqlite
