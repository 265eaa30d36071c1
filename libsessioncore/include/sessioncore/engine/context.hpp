/// The texts that go to the agent, formatted from stored messages (S8.3, R5, R6).
/// Thread rule: pure functions.
#pragma once

#include <span>
#include <string>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore {

/// The question of a turn: the batch's texts joined by newlines. Of more than `policy.question_chars_max` code points
/// the last ones, below a line that says that earlier text was left out.
[[nodiscard]] std::string format_question(std::span<const StoredMessage> batch, const Policy& policy);

/// The history told to a new link: the last `policy.context_messages` of `session_messages` that lie before the batch,
/// one line each behind the speaker's label, under one heading. Suppressed, failed and deleted messages are left out.
/// Of more than `policy.context_chars_max` code points the newest whole lines that fit; if not even one does, it loses
/// the beginning of its text. Empty if there is none.
[[nodiscard]] std::string format_context(std::span<const StoredMessage> session_messages,
                                         std::span<const MessageNumber> batch, const Policy& policy);

}  // namespace sessioncore
