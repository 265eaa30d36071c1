/// Ages as people write them: `90d`, `12h`, `30m`. Pure.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/instant.hpp>

namespace sessioncore::server {

/// Zero if it is none: then `wrong`, if given, says why.
[[nodiscard]] Duration parse_age(std::string_view text, std::string* wrong = nullptr);

}  // namespace sessioncore::server
