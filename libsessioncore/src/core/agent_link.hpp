// The connection to the agent: opened when a turn needs it, given up by raising its generation.
#pragma once

#include "core/agent_turns.hpp"

namespace sessioncore::detail {

// A turn has begun: asks at once on a usable link, opens one otherwise.
void ready_link_for_turn(Draft& draft);
// Nothing is being asked: the idle timeout runs (S13.4).
void rest_link(Draft& draft);

// Asks the outstanding turn on the ready link; without one the link rests.
void ask(Draft& draft);
// The link on which the turn was asked is gone: it must be asked again.
void take_back_question(Draft& draft);
// No more attempts: fallback text, a human is wanted, the agent is asked again later (R20).
void give_up_turn(Draft& draft, Notice notice);

}  // namespace sessioncore::detail
