// What the builders make situations of.
#pragma once

#include "situations.hpp"

#include <optional>

#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore::tables {

inline constexpr char kText[] = "hello";

// A chat in this phase: one message, pending while a session is open.
[[nodiscard]] Situation in_phase(Phase phase);

[[nodiscard]] bool has_work(Phase phase);
[[nodiscard]] AgentWork& work_of(Conversation& state);
// An agent that works in this phase; in a queue it is busy only if it answers meanwhile.
[[nodiscard]] Situation with_agent(Phase phase);
// It has been asked, or waits for a link to be asked on.
void ask(Situation& s);
void wait_for_link(Situation& s, LinkStage stage, Instant deadline);

void add_send(Situation& s, SendStage stage, Author author, std::uint32_t attempts,
              std::optional<Instant> deadline = std::nullopt);
[[nodiscard]] Author author_of(Sender sender);
void stop(Situation& s, Sender sender);

}  // namespace sessioncore::tables
