/// Where a request comes from, for limits and logs.
///
/// Thread rule: pure functions.
#pragma once

#include <string>
#include <vector>

namespace httplib {
struct Request;
}

namespace sessioncore::server {

/// The address of the connection; if that is one of `trusted_proxies`, the last address in `X-Forwarded-For` that is
/// none of them. Of an IPv6 address only the first 64 bits: the rest is the client's to choose.
[[nodiscard]] std::string client_address(const httplib::Request& request,
                                         const std::vector<std::string>& trusted_proxies);
[[nodiscard]] bool is_ip_address(const std::string& text);

}  // namespace sessioncore::server
