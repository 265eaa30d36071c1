// The connection to the agent: opened when a turn needs it, given up by raising its generation (R9, R20).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// A turn has begun: asks at once on a usable link, opens one otherwise.
void ready_link_for_turn(Draft& draft);
// Nothing is being asked: the idle timeout runs (S13.4).
void rest_link(Draft& draft);
// Ends the link if there is one. What comes from it later is out of date.
void close_link(Draft& draft);
// After a restart the link is gone: a turn under way is asked again.
void recover_link(Draft& draft);

void on_link_ready(Draft& draft, const LinkReady& event);
void on_link_closed(Draft& draft, const LinkClosed& event);
void on_tool_called(Draft& draft, const AgentToolCalled& event);

// What deadlines do (table T4).
void reopen_link(Draft& draft);
void lose_link(Draft& draft);

}  // namespace sessioncore::detail
