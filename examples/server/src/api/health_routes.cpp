#include "api/health_routes.hpp"

#include "http/reply.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

void add_health_routes(HttpServer& server, const Runtime& runtime, Readiness& readiness) {
  server.Get(kLivePath, [](const httplib::Request&, httplib::Response& response) {
    reply_json(response, {{"status", "ok"}});
  });
  server.Get(kReadyPath, [&runtime, &readiness](const httplib::Request&, httplib::Response& response) {
    if (const auto unready = readiness.check(runtime.stats(), Readiness::Clock::now())) {
      throw HttpError(503, "unavailable", unready->check + ": " + unready->why, {{"check", unready->check}});
    }
    reply_json(response, {{"status", "ok"}});
  });
  const auto started = std::chrono::steady_clock::now();
  server.Get("/api/health", [&runtime, started](const httplib::Request&, httplib::Response& response) {
    const auto stats = runtime.stats();
    const auto uptime = std::chrono::steady_clock::now() - started;
    reply_json(response, {{"status", stats.store_ok ? "ok" : "degraded"},
                          {"version", SESSIOND_VERSION},
                          {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(uptime).count()},
                          {"queued", stats.queued},
                          {"inputs", stats.inputs},
                          {"batches", stats.batches},
                          {"failed_batches", stats.failed_batches}});
  });
}

}  // namespace sessioncore::server
