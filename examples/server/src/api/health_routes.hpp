/// `/health/live`, `/health/ready`, `/api/health`. Thread rule: any thread.
#pragma once

#include "http/server.hpp"

#include <chrono>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

/// Live: the process answers. Ready: the last commit succeeded, so that a delivery would be stored.
void add_health_routes(HttpServer& server, const Runtime& runtime);

}  // namespace sessioncore::server
