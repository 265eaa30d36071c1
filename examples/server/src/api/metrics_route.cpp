#include "api/metrics_route.hpp"

#include "auth/bearer.hpp"
#include "auth/secret.hpp"
#include "http/reply.hpp"

namespace sessioncore::server {

namespace {

constexpr const char* kProxyHeaders[] = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"};

bool is_loopback(const std::string& address) {
  const auto begins = [&](const char* with) { return address.rfind(with, 0) == 0; };
  return begins("127.") || begins("::ffff:127.") || address == "::1";
}

/// A proxy on this machine connects from here, too: it must not open the door to everybody.
bool comes_from_here(const httplib::Request& request) {
  for (const char* header : kProxyHeaders) {
    if (request.has_header(header)) return false;
  }
  return is_loopback(request.remote_addr);
}

}  // namespace

void add_metrics_route(HttpServer& server, Metrics& metrics, const Runtime& runtime, const std::string& token) {
  const bool by_token = !token.empty();
  server.Get("/metrics", [&metrics, &runtime, by_token, expected = SecretDigest(token)](const httplib::Request& request,
                                                                                        httplib::Response& response) {
    if (by_token && !expected.matches(bearer_token(request))) {
      throw HttpError(401, "unauthorized", "send the metrics token as a bearer token");
    }
    if (!by_token && !comes_from_here(request)) {
      throw HttpError(403, "forbidden", "only for this machine; configure metrics.token to read it from elsewhere");
    }
    response.set_content(metrics.text(runtime.stats()), kMetricsContentType);
  });
}

}  // namespace sessioncore::server
