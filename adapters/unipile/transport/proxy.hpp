// The address of a forward proxy. Internal to the transport.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/result.hpp>

namespace sessioncore::unipile::transport {

struct Proxy {
  std::string host;  // empty: no proxy
  int port = 80;
  std::string user;  // empty: no authentication
  std::string password;
};

// `http://[user:password@]host[:port]`, or nothing. `invalid_argument` names proxy and quotes none of it.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view url);

}  // namespace sessioncore::unipile::transport
