#include "transport/url.hpp"

#include <algorithm>

#include <websocketpp/uri.hpp>

namespace sessioncore::elevenlabs {

namespace {

constexpr std::size_t kLongestUrl = 8192;
constexpr std::size_t kLongestPort = 5;
constexpr std::size_t kLongestHost = 253;  // of a host name; a longer one breaks the TLS layer's name indication

/// Where host and port begin; npos: there is no scheme.
std::size_t authority_of(const std::string& url) {
  const auto scheme = url.find("://");
  return scheme == std::string::npos ? scheme : scheme + 3;
}

/// The library takes the digits that a port begins with for the port.
bool is_port_number(const std::string& url) {
  const auto begin = authority_of(url);
  const auto authority = url.substr(begin, url.find('/', begin) - begin);
  const auto colon = authority.find(':', url[begin] == '[' ? authority.find(']') : 0);
  if (colon == std::string::npos) return true;
  const auto port = authority.substr(colon + 1);
  return port.size() <= kLongestPort && port.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

UrlParts split_url(const std::string& url) {
  const websocketpp::uri parsed(url);
  if (!parsed.get_valid() || parsed.get_port() == 0 || !is_port_number(url)) return {};
  return {true, parsed.get_scheme(), parsed.get_host()};
}

std::string with_path(const std::string& url) {
  const auto begin = authority_of(url);
  const auto end = begin == std::string::npos ? begin : url.find_first_of("/?", begin);
  if (end == std::string::npos || url[end] == '/') return url;
  return url.substr(0, end) + "/" + url.substr(end);
}

const char* websocket_url_fault(const std::string& url, const UrlParts& parts) {
  const auto unprintable = [](unsigned char c) { return c <= 0x20 || c >= 0x7f; };
  if (url.size() > kLongestUrl) return "the WebSocket URL is too long";
  if (std::any_of(url.begin(), url.end(), unprintable)) return "the WebSocket URL holds a blank or control character";
  if (!parts.valid || (parts.scheme != "ws" && parts.scheme != "wss")) return "not a ws:// or wss:// URL";
  if (parts.host.empty() || parts.host.size() > kLongestHost) return "the WebSocket URL has no usable host";
  return nullptr;
}

}  // namespace sessioncore::elevenlabs
