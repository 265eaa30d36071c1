/// What the agent's service reported about conversations, below `/api/whatsapp`.
#pragma once

#include "auth/access.hpp"
#include "http/server.hpp"
#include "readers.hpp"

namespace sessioncore::server {

/// The references must outlive the server.
void add_agent_conversation_reads(HttpServer& server, const Access& access, Readers& readers);

}  // namespace sessioncore::server
