/// `GET /metrics`: for the monitoring of whoever operates the server, not for users of the API.
///
/// With a token configured, it takes that as a bearer token, from wherever. Without one it answers this machine alone,
/// and not what a proxy on this machine passes on. Thread rule: any thread.
#pragma once

#include "http/server.hpp"
#include "metrics/metrics.hpp"

#include <string>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

/// The references must outlive the server.
void add_metrics_route(HttpServer& server, Metrics& metrics, const Runtime& runtime, const std::string& token);

}  // namespace sessioncore::server
