/// What people type into a search field, as SQLite can look for it; patterns are for LIKE with '\' as escape.
#pragma once

#include <string>
#include <string_view>

namespace sessioncore::sqlite {

/// Text as searches compare it: without the case of letters and without their marks, in one spelling, so that "ayse"
/// finds "AYŞE" and "Ayşe". The Turkish letters ı, i, I and İ are one (ADR 0134). What is no UTF-8 stays as it is.
[[nodiscard]] std::string folded(std::string_view text);

/// Matches texts that contain it; its own % and _ are ordinary characters.
[[nodiscard]] std::string contains_pattern(std::string_view text);
/// The same for phone numbers: "(030) 12-34" finds "+49301234" by its digits without the leading zero of a trunk call.
[[nodiscard]] std::string phone_pattern(std::string_view text);

}  // namespace sessioncore::sqlite
