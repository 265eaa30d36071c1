/// Where a service or a proxy is, as an operator writes it. What is wrong with it is said so that it can follow the
/// option's name, and quotes nothing: a proxy's address holds a password. Pure.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include <sessioncore/result.hpp>

namespace sessioncore::adapters {

struct HttpAddress {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< without the brackets of an IPv6 address
  int port = 0;
};

struct HttpProxy {
  std::string host;
  int port = 0;
  std::string user;  ///< empty: no authentication
  std::string password;
};

[[nodiscard]] inline bool is_http_port(std::string_view text, int& port) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

[[nodiscard]] inline bool is_http_host(std::string_view host, bool in_brackets) {
  constexpr std::string_view kAddress = "0123456789abcdefABCDEF:.";
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  if (in_brackets) return host.find_first_not_of(kAddress) == std::string_view::npos;
  return !host.empty() && std::all_of(host.begin(), host.end(), in_name);
}

/// `http://host[:port]` or `https://host[:port]`; a slash may follow.
[[nodiscard]] inline Result<HttpAddress> parse_http_address(std::string_view url) {
  constexpr auto kNowhere = std::string_view::npos;
  const auto refused = [](const char* why) { return Error{ErrorCode::invalid_argument, why}; };
  if (url.empty()) return refused("empty");
  const auto scheme = url.substr(0, url.find("://"));
  if (scheme.size() == url.size() || (scheme != "http" && scheme != "https")) {
    return refused("must start with http:// or https://");
  }
  auto rest = url.substr(scheme.size() + 3);
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != kNowhere) return refused("must have no path");

  HttpAddress address{std::string(scheme), {}, scheme == "https" ? 443 : 80};
  const auto colon = rest.rfind(':');
  if (colon != kNowhere && rest.find(']', colon) == kNowhere) {
    if (!is_http_port(rest.substr(colon + 1), address.port)) return refused("the port must be 1 to 65535");
    rest = rest.substr(0, colon);
  }
  const bool in_brackets = rest.size() > 2 && rest.front() == '[' && rest.back() == ']';
  if (in_brackets) rest = rest.substr(1, rest.size() - 2);
  if (!is_http_host(rest, in_brackets)) return refused("the host is no host name or address");
  address.host = rest;
  return address;
}

/// `http://[user:password@]host[:port]`.
[[nodiscard]] inline Result<HttpProxy> parse_http_proxy(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const Error refused{ErrorCode::invalid_argument, "must be http://[user:password@]host[:port]"};
  if (url.substr(0, kScheme.size()) != kScheme) return refused;
  url.remove_prefix(kScheme.size());
  HttpProxy proxy;
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    const auto colon = url.find(':');
    if (colon == 0 || colon >= at) return refused;
    proxy.user = url.substr(0, colon);
    proxy.password = url.substr(colon + 1, at - colon - 1);
    url.remove_prefix(at + 1);
  }
  const auto address = parse_http_address(std::string(kScheme) + std::string(url));
  if (!address) return refused;
  proxy.host = address->host;
  proxy.port = address->port;
  return proxy;
}

/// With the port, whether it was given or not.
[[nodiscard]] inline std::string to_url(const HttpAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return address.scheme + "://" + (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace sessioncore::adapters
