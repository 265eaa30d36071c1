/// The columns of a chat's row that repeat what the state and the messages say, so that lists and counts need not read
/// these. Thread rule: pure functions.
#pragma once

#include "query.hpp"

#include <span>
#include <string>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::sqlite {

#define SESSIONCORE_SQLITE_REPEATED                                                                    \
  "version, phase, closed, session, message_count, decision_count, next_deadline_ms, needs_recovery, " \
  "last_message, last_message_at_ms, last_message_preview"

struct ChatColumns {
  std::int64_t version = 0;
  std::int64_t phase = 0;
  std::int64_t closed = 0;
  std::int64_t session = 0;
  std::int64_t message_count = 0;
  std::int64_t decision_count = 0;
  std::optional<Instant> next_deadline;
  std::int64_t needs_recovery = 0;
  MessageNumber last_message = 0;
  Instant last_message_at;
  std::string last_message_preview;
};

[[nodiscard]] ChatColumns read_chat_columns(Query& row);

/// The names of the columns that say something else than `state`, the number of decisions and the messages that are
/// still there; empty if none does.
[[nodiscard]] std::string differing_columns(const ChatColumns& columns, const Conversation& state,
                                            std::uint64_t decisions, std::span<const StoredMessage> messages);

}  // namespace sessioncore::sqlite
