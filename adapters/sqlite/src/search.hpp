/// What people type into a search field, as patterns for LIKE with '\' as escape.
#pragma once

#include <string>
#include <string_view>

namespace sessioncore::sqlite {

/// Matches texts that contain it; its own % and _ are ordinary characters.
[[nodiscard]] std::string contains_pattern(std::string_view text);
/// The same for phone numbers: "(030) 12-34" finds "+49301234" by its digits without the leading zero of a trunk call.
[[nodiscard]] std::string phone_pattern(std::string_view text);

}  // namespace sessioncore::sqlite
