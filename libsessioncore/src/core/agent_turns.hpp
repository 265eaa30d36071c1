// Talking to the agent: bursts, turns and replies (R5 to R8, R19, R20, R24, R27).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// A contact message arrived while the agent holds the conversation: it joins the next question.
void buffer(Draft& draft);
// A message was deleted or answered by a human: an unasked question of which nothing is left is not asked, an asked one
// may be answered yet.
void forget_pending(Draft& draft, MessageNumber message);
// Asks about what is pending, if the agent may be asked (table T7).
void start_turn(Draft& draft);
// The turn is over: what arrived during it is next.
void end_turn(Draft& draft);
// Asks what is pending, unless its burst is still being collected.
void ask_the_rest(Draft& draft);
// At the end of each step: asks anew about what is to be answered and whose answer is lost now (ADR 0140).
void ask_what_is_lost(Draft& draft);

// Asks the outstanding turn on the ready link; without one the link rests.
void ask(Draft& draft);
// The link on which the turn was asked is gone: it must be asked again.
void take_back_question(Draft& draft);
// No more attempts: fallback text, a human is wanted, the agent is asked again later (R20).
void give_up_turn(Draft& draft, Notice notice, std::string_view detail);

void on_agent_replied(Draft& draft, const AgentReplied& event);

// What deadlines do (table T4).
void start_agent(Draft& draft);
void ask_batch(Draft& draft);
void ask_now(Draft& draft);
void ask_again(Draft& draft);
void hand_over(Draft& draft);

}  // namespace sessioncore::detail
