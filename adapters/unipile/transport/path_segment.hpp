// Texts as parts of a path or a query. Internal to the transport.
#pragma once

#include <string>
#include <string_view>

namespace sessioncore::unipile::transport {

// Everything but letters, digits and `-._~` as %XX: safe as one segment of a path or as a query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

// Can name one thing below a path: nothing, `.` and `..` would name another.
[[nodiscard]] bool is_segment(std::string_view text);

}  // namespace sessioncore::unipile::transport
