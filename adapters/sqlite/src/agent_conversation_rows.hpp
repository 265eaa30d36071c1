/// How reports about agents' conversations lie in rows.
#pragma once

#include "query.hpp"

#include <sessioncore/sqlite/agent_conversations.hpp>

namespace sessioncore::sqlite {

/// The transcript is last: it may be long, and lists do without it.
#define SESSIONCORE_SQLITE_AGENT_CONVERSATION                                                                \
  "conversation_id, agent_id, tenant, status, call_successful, summary, termination_reason, started_at_ms, " \
  "duration_seconds, told_at_ms, received_at_ms"

/// Reads the columns named above from the present row, from the next column on.
void read_agent_conversation(Query& row, AgentConversation& into);

}  // namespace sessioncore::sqlite
