/// Where the logs of chats begin.
#pragma once

#include "rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/engine/replay.hpp>

namespace sessioncore::sqlite {

/// A chat without a row begins empty, with its first event.
[[nodiscard]] LogOrigin read_origin(SQLite::Database& database, ChatNumber chat);
/// Within a transaction.
void write_origin(SQLite::Database& database, ChatNumber chat, const LogOrigin& origin);

}  // namespace sessioncore::sqlite
