#include "config/people.hpp"

#include <algorithm>

namespace sessioncore::server {

bool is_email(const std::string& text) {
  if (text.size() > kEmailMax) return false;
  const auto at = text.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == text.size() || text.find('@', at + 1) != std::string::npos) {
    return false;
  }
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

}  // namespace sessioncore::server
