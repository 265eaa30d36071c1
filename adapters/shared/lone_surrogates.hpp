/// Escapes of half a character in JSON text. Services on Node write them when a text is cut inside an emoji, and JSON's
/// grammar allows them; but they are no text, and parsers refuse the whole document for one. Pure.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace sessioncore::adapters {

/// The UTF-16 unit of the escape `\uXXXX` at `at`; 0 if there is none.
[[nodiscard]] inline unsigned escaped_unit(std::string_view json, std::size_t at) {
  constexpr std::size_t kDigits = 4;
  const std::string_view escape = json.substr(at, 2 + kDigits);
  unsigned unit = 0;
  if (escape.substr(0, 2) != "\\u") return 0;
  const auto* end = escape.data() + escape.size();
  const auto read = std::from_chars(escape.data() + 2, end, unit, 16);
  return escape.size() == 2 + kDigits && read.ptr == end ? unit : 0;
}

/// The same with U+FFFD in place of each half that has no other half; bytes stay where they were.
[[nodiscard]] inline std::string without_lone_surrogates(std::string_view json) {
  constexpr std::string_view kReplacement = "\\ufffd";
  const auto is_first = [](unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; };
  const auto is_second = [](unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; };
  std::string text(json);
  // In JSON a backslash stands in strings only, always with what it escapes: perhaps another backslash.
  for (auto at = text.find('\\'); at != std::string::npos; at = text.find('\\', at)) {
    const auto unit = escaped_unit(text, at);
    if (!is_first(unit) && !is_second(unit)) {
      at += 2;
    } else if (is_first(unit) && is_second(escaped_unit(text, at + kReplacement.size()))) {
      at += 2 * kReplacement.size();
    } else {
      text.replace(at, kReplacement.size(), kReplacement);
      at += kReplacement.size();
    }
  }
  return text;
}

}  // namespace sessioncore::adapters
