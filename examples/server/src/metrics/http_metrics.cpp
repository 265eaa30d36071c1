#include "metrics/http_metrics.hpp"

#include "metrics/families.hpp"

#include <algorithm>
#include <iterator>

namespace sessioncore::server {

namespace {

constexpr std::string_view kWebhook = "/webhooks/unipile";
constexpr std::string_view kLogin = "/api/auth/login";
constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

const Buckets kRequestBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

/// The route's template: there are as many values as routes.
std::string label_of(std::string_view route) {
  return route.empty() ? "unknown" : std::string(route);
}

/// What a client makes up must not become a label.
std::string known_method(std::string_view method) {
  const bool known = std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
  return known ? std::string(method) : "other";
}

std::string webhook_result(const RequestReport& report) {
  if (!report.discarded.empty()) return "discarded_" + report.discarded;
  if (report.status == 200) return "stored";
  if (report.status == 401) return "refused";
  return report.status == 503 ? "not_stored" : "malformed";
}

std::string login_result(int status) {
  if (status == 200) return "ok";
  if (status == 401) return "failed";
  return status == 429 ? "slowed" : "malformed";
}

}  // namespace

struct HttpMetrics::Series {
  Family<Counter>& requests;
  Family<Histogram>& request_seconds;
  Family<Counter>& webhooks;
  Family<Counter>& logins;
};

HttpMetrics::HttpMetrics(prometheus::Registry& registry)
    : series_(
          new Series{counters(registry, "sessiond_http_requests_total", "Requests that were answered."),
                     histograms(registry, "sessiond_http_request_seconds",
                                "From the end of a request's head to that of its reply."),
                     counters(registry, "sessiond_webhooks_total", "Deliveries of the channel by what became of them."),
                     counters(registry, "sessiond_logins_total", "Logins by how they went.")}) {
  for (const char* result : {"stored", "refused", "malformed", "not_stored"}) {
    labelled(series_->webhooks, "result", result);
  }
  for (const char* result : {"ok", "failed", "slowed", "malformed"}) labelled(series_->logins, "result", result);
}

HttpMetrics::~HttpMetrics() = default;

void HttpMetrics::answered(const RequestReport& report) {
  const std::string route = label_of(report.route);
  series_->request_seconds.Add({{"route", route}}, kRequestBuckets)
      .Observe(std::chrono::duration<double>(report.took).count());
  if (report.route == kWebhook) labelled(series_->webhooks, "result", webhook_result(report)).Increment();
  if (report.route == kLogin) labelled(series_->logins, "result", login_result(report.status)).Increment();
  // Last: where a request is counted, everything about it is.
  series_->requests
      .Add({{"route", route}, {"method", known_method(report.method)}, {"status", std::to_string(report.status)}})
      .Increment();
}

}  // namespace sessioncore::server
