/// `/api/whatsapp/connect`, `/connection-status`, `/disconnect`, `/config` and `/register-webhook` (S9.1).
///
/// Thread rule: add before serving.
#pragma once

#include "accounts/connections.hpp"
#include "auth/access.hpp"
#include "http/server.hpp"

#include <string>

namespace sessioncore::server {

/// Where webhooks are to be delivered.
struct WebhookTarget {
  std::string public_url;  ///< of this server; empty: not known
  std::string secret;
  bool any_address = false;  ///< without a known address any will do: in development only
};

/// The references must outlive the server.
void add_connection_routes(HttpServer& server, const Access& access, Connections& connections, Tenants& tenants,
                           const WebhookTarget& target);

}  // namespace sessioncore::server
