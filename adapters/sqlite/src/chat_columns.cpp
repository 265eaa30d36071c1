#include "chat_columns.hpp"

#include "rows.hpp"

#include <algorithm>

namespace sessioncore::sqlite {
namespace {

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// How long previews are is a setting that may have been another one then.
bool is_preview(const std::string& shown, const StoredMessage& message) {
  if (message.deleted && shown.empty()) return true;
  if (shown.empty()) return message.text.empty();
  return shown == preview(message.text, code_points(shown));
}

/// A text that was kept back is not what was said last, but one that was kept back later may have been shown. Of one
/// that was purged nobody knows any more when it was written.
std::string differing_last_message(const ChatColumns& columns, const Conversation& state,
                                   std::span<const StoredMessage> messages) {
  const auto last = std::find_if(messages.begin(), messages.end(),
                                 [&](const StoredMessage& message) { return message.number == columns.last_message; });
  const bool unknown = columns.last_message != 0 && last == messages.end();
  const bool later = std::any_of(messages.begin(), messages.end(), [&](const StoredMessage& message) {
    return message.delivery != Delivery::suppressed && (last == messages.end() || written_before(*last, message));
  });
  if ((later && !unknown) || columns.last_message > state.message_count) return "last_message";
  if (last == messages.end()) {  // none, or purged: then nothing but an empty preview can be told
    return columns.last_message == 0 && !columns.last_message_preview.empty() ? "last_message_preview" : "";
  }
  if (columns.last_message_at != last->received_at) return "last_message_at_ms";
  return is_preview(columns.last_message_preview, *last) ? "" : "last_message_preview";
}

}  // namespace

ChatColumns read_chat_columns(Query& row) {
  ChatColumns columns;
  columns.version = row.integer();
  columns.phase = row.integer();
  columns.closed = row.integer();
  columns.session = row.integer();
  columns.message_count = row.integer();
  columns.decision_count = row.integer();
  columns.next_deadline = row.optional_instant();
  columns.needs_recovery = row.integer();
  columns.last_message = row.number<MessageNumber>();
  columns.last_message_at = row.instant();
  columns.last_message_preview = row.text();
  return columns;
}

std::string differing_columns(const ChatColumns& columns, const Conversation& state, std::uint64_t decisions,
                              std::span<const StoredMessage> messages) {
  std::string names;
  const auto add = [&names](const std::string& name) {
    if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
  };
  const auto compare = [&](const char* name, std::int64_t stored, auto expected) {
    if (stored != static_cast<std::int64_t>(expected)) add(name);
  };
  compare("version", columns.version, state.version);
  compare("phase", columns.phase, phase_of(state));
  compare("closed", columns.closed, state.closed);
  compare("session", columns.session, state.session.number);
  compare("message_count", columns.message_count, state.message_count);
  compare("decision_count", columns.decision_count, decisions);
  if (columns.next_deadline != next_deadline(state)) add("next_deadline_ms");
  compare("needs_recovery", columns.needs_recovery, needs_recovery(state));
  add(differing_last_message(columns, state, messages));
  return names;
}

}  // namespace sessioncore::sqlite
