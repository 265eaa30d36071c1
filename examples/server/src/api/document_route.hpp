/// `GET /openapi.json`: what the server answers, as an OpenAPI document. Nobody has to log in for it.
#pragma once

#include "http/server.hpp"

#include <string_view>

namespace sessioncore::server {

/// The document as it is checked in (examples/server/openapi.json).
[[nodiscard]] std::string_view openapi_document();

void add_document_route(HttpServer& server);

}  // namespace sessioncore::server
