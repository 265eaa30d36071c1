/// Where an outgoing webhook goes. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sessioncore::server {

struct WebhookUrl {
  std::string host;  ///< scheme, host and port, such as "https://hooks.example.com:8443"
  std::string path;  ///< with the query; at least "/"
};

/// Empty if it is no http or https address, or holds credentials, a fragment or characters that do not belong there.
[[nodiscard]] std::optional<WebhookUrl> parse_webhook_url(std::string_view url);

}  // namespace sessioncore::server
