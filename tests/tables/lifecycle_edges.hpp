// The phases' edges: S6.1 and S6.2 transcribed, and what the rulings add to them.
#pragma once

#include <string_view>

#include <sessioncore/core/conversation.hpp>

namespace sessioncore::tables {

struct Edge {
  Phase from;
  std::string_view event;  // an event's name, a deadline's, or the account's end
  Phase to;
  std::string_view source;  // the spec's section or a ruling
};

inline constexpr Edge kEdges[] = {
    // Sessions begin.
    {Phase::none, "contact_message", Phase::waiting, "S6.1"},
    {Phase::resolved, "contact_message", Phase::waiting, "S6.2"},
    {Phase::none, "send_text", Phase::human, "R11"},
    {Phase::resolved, "send_text", Phase::human, "R11"},
    // Within the grace period.
    {Phase::waiting, "self_message", Phase::resolved, "S6.1"},
    {Phase::waiting, "grace", Phase::ai, "S6.1"},
    {Phase::waiting, "take_over", Phase::human, "S6.1"},
    {Phase::waiting, "send_text", Phase::resolved, "S6.2"},
    {Phase::waiting, "close", Phase::resolved, "S6.1"},
    {Phase::waiting, "grace", Phase::resolved, "S6.2, R14"},
    {Phase::waiting, "grace", Phase::queued, "R24"},
    {Phase::waiting, "send_text", Phase::human, "R11"},
    {Phase::waiting, "handoff_requested", Phase::queued, "R27"},
    {Phase::waiting, "contact_message", Phase::queued, "P7"},
    {Phase::waiting, "blacklist_changed", Phase::resolved, "R14"},
    // The agent holds it.
    {Phase::ai, "self_message", Phase::human, "S6.1"},
    {Phase::ai, "take_over", Phase::human, "S6.2"},
    {Phase::ai, "close", Phase::resolved, "S6.1"},
    {Phase::ai, "inactivity", Phase::resolved, "S6.2"},
    {Phase::ai, "send_text", Phase::human, "R11"},
    {Phase::ai, "blacklist_changed", Phase::resolved, "R14"},
    {Phase::ai, "handoff_requested", Phase::queued, "R27"},
    {Phase::ai, "handoff", Phase::queued, "R27"},
    {Phase::ai, "handoff", Phase::resolved, "R14"},
    {Phase::ai, "contact_message", Phase::queued, "P7"},
    {Phase::ai, "link_closed", Phase::queued, "R20"},
    {Phase::ai, "link init", Phase::queued, "R20"},
    {Phase::ai, "reply", Phase::queued, "R20"},
    {Phase::ai, "send_failed", Phase::queued, "R21"},
    {Phase::ai, "account removed", Phase::queued, "R21"},
    // A new question was due, and the agent had been switched off, or had been asked too often.
    {Phase::ai, "buffer", Phase::resolved, "R18, R14"},
    {Phase::ai, "buffer", Phase::queued, "R24"},
    {Phase::ai, "agent_replied", Phase::resolved, "R18, R14"},
    {Phase::ai, "agent_replied", Phase::queued, "R24"},
    {Phase::ai, "reconnect", Phase::resolved, "R18"},
    {Phase::ai, "recovered", Phase::resolved, "R18"},
    // A human holds it.
    {Phase::human, "release", Phase::ai, "S6.1"},
    {Phase::human, "close", Phase::resolved, "S6.1"},
    {Phase::human, "inactivity", Phase::resolved, "S6.2"},
    {Phase::human, "release", Phase::queued, "R24"},
    {Phase::human, "blacklist_changed", Phase::resolved, "R14"},
    // A human is wanted.
    {Phase::queued, "take_over", Phase::human, "R27"},
    {Phase::queued, "self_message", Phase::human, "R27"},
    {Phase::queued, "send_text", Phase::human, "R27"},
    {Phase::queued, "release", Phase::ai, "R27"},
    {Phase::queued, "queued retry", Phase::ai, "R20"},
    {Phase::queued, "buffer", Phase::resolved, "R14"},
    {Phase::queued, "close", Phase::resolved, "R27"},
    {Phase::queued, "inactivity", Phase::resolved, "R13"},
    {Phase::queued, "blacklist_changed", Phase::resolved, "R14"},
};

}  // namespace sessioncore::tables
