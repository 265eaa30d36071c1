#include "transport/check_options.hpp"

#include "../../shared/ca_file.hpp"
#include "transport/url.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::elevenlabs {

namespace {

Error bad(const std::string& field, const std::string& why) {
  return {ErrorCode::invalid_argument, "elevenlabs." + field + " " + why};
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Result<std::string> check_base_url(const std::string& url) {
  const auto parts = split_url(url);
  if (!parts.valid || (parts.scheme != "http" && parts.scheme != "https") || parts.host.empty()) {
    return bad("base_url", "must be http://host[:port] or https://host[:port]");
  }
  if (parts.resource != "/") return bad("base_url", "must have no path");
  if (parts.host.find_first_of("@?# ") != std::string::npos) return bad("base_url", "must hold a host and a port only");
  return parts.scheme + "://" + bracketed(parts.host) + ":" + std::to_string(parts.port);
}

Result<Proxy> check_proxy(const std::string& url) {
  static const std::string kScheme = "http://";
  if (url.empty()) return Proxy{};
  const auto error = bad("proxy", "must be http://[user:password@]host[:port]");
  if (url.rfind(kScheme, 0) != 0) return error;
  auto address = url;
  Proxy proxy;
  const auto at = url.rfind('@');
  if (at != std::string::npos) {
    const auto credentials = url.substr(kScheme.size(), at - kScheme.size());
    const auto colon = credentials.find(':');
    if (colon == 0 || colon == std::string::npos) return error;
    proxy.user = credentials.substr(0, colon);
    proxy.password = credentials.substr(colon + 1);
    address = kScheme + url.substr(at + 1);
  }
  const auto parts = split_url(address);
  if (!parts.valid || parts.host.empty() || parts.resource != "/") return error;
  proxy.host = parts.host;
  proxy.port = parts.port;
  return proxy;
}

/// As an HTTP header value: a line break would let the key smuggle in further headers.
bool is_header_value(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Result<Addresses> check_options(const Options& options) {
  if (options.api_key.empty()) return bad("api_key", "is empty");
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
