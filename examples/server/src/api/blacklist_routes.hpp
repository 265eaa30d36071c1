/// `/api/whatsapp/blacklist`: the numbers that are never answered (S9.2, S12, R14).
///
/// Thread rule: add before serving.
#pragma once

#include "accounts/blacklist.hpp"
#include "auth/access.hpp"
#include "http/server.hpp"

namespace sessioncore::server {

/// The references must outlive the server.
void add_blacklist_routes(HttpServer& server, const Access& access, const Tenants& tenants, Blacklist& blacklist);

}  // namespace sessioncore::server
