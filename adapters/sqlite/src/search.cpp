#include "search.hpp"

#include <cstdlib>
#include <memory>

#include <utf8proc.h>

namespace sessioncore::sqlite {

namespace {

/// Case folding keeps the dotless ı apart from i, but folds its capital I to i.
utf8proc_int32_t without_dot(utf8proc_int32_t letter, void*) {
  constexpr utf8proc_int32_t kDotlessI = 0x131;
  return letter == kDotlessI ? 'i' : letter;
}

}  // namespace

std::string folded(std::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
  utf8proc_uint8_t* result = nullptr;
  const auto length =
      utf8proc_map_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                          static_cast<utf8proc_ssize_t>(text.size()), &result, kOptions, without_dot, nullptr);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length < 0) return std::string(text);
  return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(length)};
}

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
