/// `GET /api/whatsapp/events` and `GET /api/whatsapp/notifications`.
#pragma once

#include "api/chat_lookup.hpp"
#include "auth/access.hpp"
#include "http/server.hpp"
#include "live/event_streams.hpp"
#include "live/notifications.hpp"

namespace sessioncore::server {

/// The references must outlive the server.
void add_live_routes(HttpServer& server, const Access& access, const ChatLookup& chats, EventStreams& streams,
                     Notifications& notifications);

}  // namespace sessioncore::server
