/// The actions of S9.5 on a chat, below `/api/whatsapp/chats/:id`.
#pragma once

#include "api/chat_lookup.hpp"
#include "auth/access.hpp"
#include "http/server.hpp"

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

/// The references must outlive the server.
void add_chat_actions(HttpServer& server, const Access& access, const ChatLookup& chats, Runtime& runtime);

}  // namespace sessioncore::server
