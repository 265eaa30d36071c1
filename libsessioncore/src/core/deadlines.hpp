// Deadlines are fields of the state; whoever asks for the earliest gets a minimum (docs/ARCHITECTURE.md, "Time").
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// When this kind is due in this state, if it is set at all.
[[nodiscard]] std::optional<Instant> deadline_of(const Conversation& state, DeadlineKind kind);

// Runs every deadline at or before `until`, in the order of the kinds, until none is left.
void run_deadlines(Draft& draft, Instant until);

}  // namespace sessioncore::detail
