#include "proxy.hpp"

#include "base_url.hpp"

#include <charconv>

namespace sessioncore::unipile::transport {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr auto kNowhere = std::string_view::npos;

}  // namespace

Result<Proxy> parse_proxy(std::string_view url) {
  if (url.empty()) return Proxy{};
  const Error refused{ErrorCode::invalid_argument, "proxy: must be http://[user:password@]host[:port]"};
  if (!url.starts_with(kScheme)) return refused;
  url.remove_prefix(kScheme.size());
  Proxy proxy;
  if (const auto at = url.rfind('@'); at != kNowhere) {
    const auto colon = url.find(':');
    if (colon == 0 || colon >= at) return refused;
    proxy.user = url.substr(0, colon);
    proxy.password = url.substr(colon + 1, at - colon - 1);
    url.remove_prefix(at + 1);
  }
  const auto base = parse_base_url(std::string(kScheme) + std::string(url));
  if (!base) return refused;
  auto host = std::string_view(*base).substr(kScheme.size());
  const auto colon = host.rfind(':');
  if (colon != kNowhere && host.find(']', colon) == kNowhere) {
    std::from_chars(host.data() + colon + 1, host.data() + host.size(), proxy.port);
    host = host.substr(0, colon);
  }
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  proxy.host = host;
  return proxy;
}

}  // namespace sessioncore::unipile::transport
