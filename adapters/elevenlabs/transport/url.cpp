#include "transport/url.hpp"

#include <algorithm>

#include <websocketpp/uri.hpp>

namespace sessioncore::elevenlabs {

namespace {

constexpr std::size_t kLongestUrl = 8192;
constexpr std::size_t kLongestHost = 253;  // of a host name; a longer one breaks the TLS layer's name indication

}  // namespace

UrlParts split_url(const std::string& url) {
  const websocketpp::uri parsed(url);
  if (!parsed.get_valid() || parsed.get_port() == 0) return {};
  return {true, parsed.get_scheme(), parsed.get_host(), parsed.get_port(), parsed.get_resource()};
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
