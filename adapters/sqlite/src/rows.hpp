/// How values lie in rows: what the store writes and what both the store and the reader read.
#pragma once

#include "query.hpp"

#include <cstdint>
#include <string>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::sqlite {

/// The number of a chat in the file.
using ChatNumber = std::int64_t;

/// Rows of a chat lie together: its number above, theirs below.
[[nodiscard]] constexpr std::int64_t row_id(ChatNumber chat, std::uint32_t number) {
  return (chat << 32) | static_cast<std::int64_t>(number);
}
[[nodiscard]] constexpr std::uint32_t number_of(std::int64_t row) {
  return static_cast<std::uint32_t>(row);
}
inline constexpr std::uint32_t kLastNumber = 0xffff'ffffU;

// The numbers of these enumerators lie in files: they never change.
static_assert(static_cast<int>(Phase::none) == 0 && static_cast<int>(Phase::waiting) == 1 &&
              static_cast<int>(Phase::ai) == 2 && static_cast<int>(Phase::queued) == 3 &&
              static_cast<int>(Phase::human) == 4 && static_cast<int>(Phase::resolved) == 5);
static_assert(static_cast<int>(Author::contact) == 0 && static_cast<int>(Author::ai) == 1 &&
              static_cast<int>(Author::human) == 2);
static_assert(static_cast<int>(ResolvedBy::human) == 0 && static_cast<int>(ResolvedBy::ai_timeout) == 1 &&
              static_cast<int>(ResolvedBy::manual) == 2 && static_cast<int>(ResolvedBy::timeout) == 3);
static_assert(static_cast<int>(MessageKind::text) == 0 && static_cast<int>(MessageKind::image) == 1 &&
              static_cast<int>(MessageKind::video) == 2 && static_cast<int>(MessageKind::audio) == 3 &&
              static_cast<int>(MessageKind::file) == 4 && static_cast<int>(MessageKind::sticker) == 5 &&
              static_cast<int>(MessageKind::location) == 6 && static_cast<int>(MessageKind::other) == 7);
static_assert(static_cast<int>(Delivery::none) == 0 && static_cast<int>(Delivery::pending) == 1 &&
              static_cast<int>(Delivery::sent) == 2 && static_cast<int>(Delivery::delivered) == 3 &&
              static_cast<int>(Delivery::read) == 4 && static_cast<int>(Delivery::failed) == 5 &&
              static_cast<int>(Delivery::suppressed) == 6 && static_cast<int>(Delivery::uncertain) == 7);

#define SESSIONCORE_SQLITE_FACTS "id, tenant, channel, external_id, account, contact_name, contact_phone, created_at_ms"
#define SESSIONCORE_SQLITE_MESSAGE                                                                          \
  "id, session, author, user, provider_id, provider_time_ms, received_at_ms, kind, delivery, sender_name, " \
  "text, attachments, delivery_error, deleted"
/// Messages of a chat by the time they were written, those of one time by their numbers (R25): what the index
/// messages_by_time gives without sorting.
#define SESSIONCORE_SQLITE_LATEST_FIRST "provider_time_ms DESC, id DESC"
#define SESSIONCORE_SQLITE_SESSION                                                                              \
  "id, phase, started_at_ms, resolved_by, resolved_at_ms, grace_deadline_ms, taken_over_by, taken_over_at_ms, " \
  "agent_conversation_id, agent_conversation_created_at_ms, agent_last_interaction_at_ms, message_count"
#define SESSIONCORE_SQLITE_DECISION "at_ms, phase_before, phase_after, event, outcome, effects, policy"

// Each reads the columns named above from the present row, from the next column on.
[[nodiscard]] ChatFacts read_facts(Query& row);
[[nodiscard]] StoredMessage read_message(Query& row);
[[nodiscard]] SessionChanged read_session(Query& row);
/// The state in the next column; throws `Refused` if it cannot be read.
[[nodiscard]] Conversation read_state(Query& row, const ChatId& chat);
/// Everything but the policy, which is the column after.
[[nodiscard]] Decision read_decision(Query& row);

/// The beginning of a text, at most `chars` code points.
[[nodiscard]] std::string preview(const std::string& text, std::size_t chars);

}  // namespace sessioncore::sqlite
