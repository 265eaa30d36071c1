/// Why the AI speaks, or does not, in a chat now: the state in words, and the decisions that led to it with the rows
/// that made them. Pure; reads what was decided and decides nothing itself.
#pragma once

#include <string>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

/// `log` is the end of the chat's log, oldest first; the more of it, the more can be said. A few lines without message
/// text.
[[nodiscard]] std::string why(const Conversation& state, const std::vector<const Decision*>& log);

/// The verdict of a decision and its rows, as in "accepted by 18.1/2 (No session: ...)".
[[nodiscard]] std::string verdict_in_words(const Decision& decision);

}  // namespace sessioncore::server
