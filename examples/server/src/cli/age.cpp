#include "cli/age.hpp"

#include <charconv>
#include <cstdint>

namespace sessioncore::server {

Duration parse_age(std::string_view text, std::string* wrong) {
  const auto refused = [&](const std::string& why) {
    if (wrong != nullptr) *wrong = "'" + std::string(text) + "' " + why;
    return Duration(0);
  };
  std::uint32_t count = 0;
  const char* end = text.data() + text.size();
  const auto [unit, failed] = std::from_chars(text.data(), end, count);
  if (failed != std::errc()) return refused("is no age: write it as 90d, 12h or 30m");
  if (unit == end) return refused("has no unit: write " + std::to_string(count) + "d, h or m");
  if (end - unit != 1) return refused("is no age: write it as 90d, 12h or 30m");
  if (count == 0) return refused("is no age: it must be more than nothing");
  switch (*unit) {
    case 'd': return std::chrono::hours(24) * count;
    case 'h': return std::chrono::hours(1) * count;
    case 'm': return std::chrono::minutes(1) * count;
    default: return refused("is no age: its unit must be d, h or m");
  }
}

}  // namespace sessioncore::server
