// The commands of a script that are events.
#pragma once

#include "testing/scenario_words.hpp"

#include <functional>
#include <optional>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing::detail {

// What an event of a script needs to know of the chat it goes to.
struct ScriptView {
  Instant now;
  Generation generation = 0;
  std::function<const StoredMessage*(const ProviderMessageId&)> find;
  std::function<std::uint32_t(MessageNumber)> attempt;  // the latest one to send this message; 0: none
};

// The event that the line stands for; empty: the command is none. Throws BadScript.
[[nodiscard]] std::optional<Event> read_event(Words& words, const ScriptView& view);

}  // namespace sessioncore::testing::detail
