#include "live/webhook_url.hpp"

#include <algorithm>
#include <charconv>

namespace sessioncore::server {

namespace {

constexpr std::size_t kUrlMax = 2048;

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_name(std::string_view host) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  return !host.empty() && host.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_authority(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto inner = authority.substr(1, end - 1);
    if (inner.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    const auto rest = authority.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = authority.find(':');
  return is_name(authority.substr(0, colon)) &&
         (colon == std::string_view::npos || is_port(authority.substr(colon + 1)));
}

}  // namespace

std::optional<WebhookUrl> parse_webhook_url(std::string_view url) {
  const bool visible = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (url.size() > kUrlMax || !visible) return std::nullopt;
  const bool plain = url.substr(0, 7) == "http://";
  if (!plain && url.substr(0, 8) != "https://") return std::nullopt;
  const std::size_t scheme = plain ? 7 : 8;
  const auto end = std::min(url.find_first_of("/?", scheme), url.size());
  if (!is_authority(url.substr(scheme, end - scheme))) return std::nullopt;
  WebhookUrl parsed{std::string(url.substr(0, end)), std::string(url.substr(end))};
  if (parsed.path.empty() || parsed.path.front() == '?') parsed.path.insert(0, "/");
  return parsed;
}

}  // namespace sessioncore::server
