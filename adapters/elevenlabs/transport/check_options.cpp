#include "transport/check_options.hpp"

#include "../../shared/ca_file.hpp"
#include "../../shared/http_address.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::elevenlabs {

namespace {

Error bad(const std::string& field, const std::string& why) {
  return {ErrorCode::invalid_argument, "elevenlabs." + field + ": " + why};
}

Result<std::string> check_base_url(const std::string& url) {
  const auto address = adapters::parse_http_address(url);
  if (!address) return bad("base_url", address.error().detail);
  return adapters::to_url(*address);
}

Result<Proxy> check_proxy(const std::string& url) {
  if (url.empty()) return Proxy{};
  const auto proxy = adapters::parse_http_proxy(url);
  if (!proxy) return bad("proxy", proxy.error().detail);
  return Proxy{proxy->host, proxy->port, proxy->user, proxy->password};
}

/// As an HTTP header value: a line break would let the key smuggle in further headers.
bool is_header_value(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Result<Addresses> check_options(const Options& options) {
  if (options.api_key.empty()) return bad("api_key", "empty");
  if (!is_header_value(options.api_key)) return bad("api_key", "must consist of printable ASCII without blanks");
  const std::pair<const char*, std::chrono::milliseconds> times[] = {
      {"connect_timeout", options.connect_timeout},     {"request_timeout", options.request_timeout},
      {"open_timeout", options.open_timeout},           {"close_timeout", options.close_timeout},
      {"ping_interval", options.ping_interval},         {"pong_timeout", options.pong_timeout},
      {"activity_interval", options.activity_interval}, {"shutdown_timeout", options.shutdown_timeout}};
  for (const auto& [name, value] : times) {
    if (value.count() <= 0) return bad(name, "must be positive");
  }
  if (options.late_reply_wait.count() < 0) return bad("late_reply_wait", "must not be negative");
  if (options.last_reply_wait.count() < 0) return bad("last_reply_wait", "must not be negative");
  const std::pair<const char*, std::size_t> limits[] = {{"max_message_bytes", options.max_message_bytes},
                                                        {"max_buffered_bytes", options.max_buffered_bytes},
                                                        {"max_links", options.max_links},
                                                        {"max_pending_opens", options.max_pending_opens},
                                                        {"signed_url_workers", options.signed_url_workers}};
  for (const auto& [name, value] : limits) {
    if (value == 0) return bad(name, "must be positive");
  }
  if (!options.ca_file.empty() && !adapters::holds_certificates(options.ca_file)) {
    return bad("ca_file", "cannot be read as certificates");
  }
  auto base_url = check_base_url(options.base_url);
  if (!base_url) return base_url.error();
  auto proxy = check_proxy(options.proxy);
  if (!proxy) return proxy.error();
  return Addresses{std::move(*base_url), std::move(*proxy)};
}

Result<void> check(const Options& options) {
  const auto addresses = check_options(options);
  return addresses ? Result<void>() : Result<void>(addresses.error());
}

}  // namespace sessioncore::elevenlabs
