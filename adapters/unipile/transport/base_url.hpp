// Base URLs and path segments. Internal to the transport.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/result.hpp>

namespace sessioncore::unipile::transport {

// `scheme://host[:port]` without a path, as the HTTP library takes it. `invalid_argument` names base_url.
[[nodiscard]] Result<std::string> parse_base_url(std::string_view url);

// Everything but letters, digits and `-._~` as %XX: safe as one segment of a path or as a query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

// Can name one thing below a path: nothing, `.` and `..` would name another.
[[nodiscard]] bool is_segment(std::string_view text);

}  // namespace sessioncore::unipile::transport
