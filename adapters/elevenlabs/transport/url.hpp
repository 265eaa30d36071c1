/// The URLs of conversations, as the service names them and the WebSocket library reads them. C++17, like its user.
/// Pure.
#pragma once

#include <string>

namespace sessioncore::elevenlabs {

/// Parts of a URL of the form `scheme://host[:port][/path]`.
struct UrlParts {
  bool valid = false;
  std::string scheme;
  std::string host;  // without the brackets of an IPv6 address
};
UrlParts split_url(const std::string& url);

/// With the "/" that a URL may leave out before its query: the library would take the query for a part of the host.
std::string with_path(const std::string& url);

/// Why a URL from the service cannot be used for a WebSocket; null if it can. Refuses what could smuggle a line into
/// the handshake.
const char* websocket_url_fault(const std::string& url, const UrlParts& parts);

}  // namespace sessioncore::elevenlabs
