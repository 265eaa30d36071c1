#include "http/route_name.hpp"

#include <string_view>

namespace sessioncore::server {

std::string pattern_of(const std::string& path) {
  constexpr std::string_view kSpecial = "\\^$.|?*+()[]";
  std::string pattern;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const auto end = path[at] == '{' ? path.find('}', at) : std::string::npos;
    if (end != std::string::npos) {
      pattern += "([^/]+)";
      at = end;
      continue;
    }
    if (kSpecial.find(path[at]) != std::string_view::npos) pattern += '\\';
    pattern += path[at];
  }
  return pattern;
}

}  // namespace sessioncore::server
