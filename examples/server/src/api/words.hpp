/// Events, effects and states in words that people who support customers understand. Pure; holds no rule, and no text
/// of a message.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/core/step.hpp>

namespace sessioncore::server {

/// What happened: "the contact wrote", "ada takes the conversation".
[[nodiscard]] std::string in_words(const Event& event);
/// What follows: "message 2 is handed to the channel".
[[nodiscard]] std::string in_words(const Effect& effect);
[[nodiscard]] std::string_view in_words(QueueReason reason);
[[nodiscard]] std::string_view in_words(ResolvedBy by);
[[nodiscard]] std::string_view in_words(Notice notice);

}  // namespace sessioncore::server
