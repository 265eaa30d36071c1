/// `/health/live`, `/health/ready`, `/api/health`. Thread rule: any thread.
#pragma once

#include "health/readiness.hpp"
#include "http/server.hpp"

#include <chrono>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

// Answered also while the server starts.
inline constexpr const char* kLivePath = "/health/live";
inline constexpr const char* kReadyPath = "/health/ready";

/// Live: the process answers. Ready: a delivery would be stored; 503 names the check that failed.
void add_health_routes(HttpServer& server, const Runtime& runtime, Readiness& readiness);

}  // namespace sessioncore::server
