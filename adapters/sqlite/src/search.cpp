#include "search.hpp"

namespace sessioncore::sqlite {

std::string contains_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

std::string phone_pattern(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kPunctuation = " +-()./";
  std::string digits;
  for (const char c : text) {
    if (kDigits.find(c) != std::string_view::npos) {
      digits += c;
    } else if (kPunctuation.find(c) == std::string_view::npos) {
      return contains_pattern(text);  // no phone number
    }
  }
  if (digits.size() > 1 && digits.front() == '0') digits.erase(0, digits.find_first_not_of('0'));
  return digits.empty() ? contains_pattern(text) : contains_pattern(digits);
}

}  // namespace sessioncore::sqlite
