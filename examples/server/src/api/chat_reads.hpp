/// The reads of S9.3 and S9.4 and a chat's decisions, below `/api/whatsapp`.
#pragma once

#include "api/chat_lookup.hpp"
#include "auth/access.hpp"
#include "http/server.hpp"

namespace sessioncore::server {

/// The references must outlive the server.
void add_chat_reads(HttpServer& server, const Access& access, const ChatLookup& chats, const Tenants& tenants);

}  // namespace sessioncore::server
