// Talking to the agent: bursts, turns, the link and its losses (R5 to R8, R19, R20, R24, R27).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// A contact message arrived while the agent holds the conversation: it joins the next question.
void buffer(Draft& draft);
// A message was deleted: an unasked question of which nothing is left is not asked, an asked one may be answered yet.
void forget_pending(Draft& draft, MessageNumber message);
// Asks about what is pending, if the agent may be asked (table T7).
void start_turn(Draft& draft);
// The turn is over: what arrived during it is next.
void end_turn(Draft& draft);
// Asks what is pending, unless its burst is still being collected.
void ask_the_rest(Draft& draft);
// At the end of each step: asks anew about what is to be answered and whose answer is lost now (ADR 0140).
void ask_what_is_lost(Draft& draft);
// Ends the link if there is one. What comes from it later is out of date.
void close_link(Draft& draft);
// After a restart the link is gone: a turn under way is asked again.
void recover_link(Draft& draft);

void on_link_ready(Draft& draft, const LinkReady& event);
void on_link_closed(Draft& draft, const LinkClosed& event);
void on_tool_called(Draft& draft, const AgentToolCalled& event);
void on_agent_replied(Draft& draft, const AgentReplied& event);

// What deadlines do (table T4).
void start_agent(Draft& draft);
void ask_batch(Draft& draft);
void ask_now(Draft& draft);
void ask_again(Draft& draft);
void hand_over(Draft& draft);
void reopen_link(Draft& draft);
void lose_link(Draft& draft);

}  // namespace sessioncore::detail
