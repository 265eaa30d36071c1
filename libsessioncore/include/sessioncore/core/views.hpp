/// The spec's flat view of a conversation (S10, R27), derived from the state and stored nowhere.
/// Thread rule: pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <sessioncore/core/conversation.hpp>

namespace sessioncore {

enum class Mode { ai, human, closed };
enum class SessionStatus { idle, waiting, queued };

struct ChatView {
  Mode mode = Mode::ai;
  SessionStatus session_status = SessionStatus::idle;
  std::optional<UserId> taken_over_by{};
  std::optional<Instant> taken_over_at{};
  std::optional<Instant> session_started_at{};
  std::optional<Instant> session_grace_deadline{};
  std::optional<ResolvedBy> session_resolved_by{};

  friend bool operator==(const ChatView&, const ChatView&) = default;
};

/// Fields about the session are set only while it is active, as S10 looks it up.
[[nodiscard]] ChatView view_of(const Conversation& state);

/// The contact messages of the session that nobody has answered, in order of arrival: pending ones, and those whose
/// answer did not go out (R5, ADR 0140).
[[nodiscard]] std::vector<MessageNumber> unanswered(const Conversation& state);

/// "waiting", "active" or "resolved" (S4.2); "none" without a session.
[[nodiscard]] std::string_view spec_status(Phase phase);

[[nodiscard]] std::string_view to_string(Mode mode);
[[nodiscard]] std::string_view to_string(SessionStatus status);

}  // namespace sessioncore
