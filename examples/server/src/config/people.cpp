#include "config/people.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::server {

bool is_email(const std::string& text) {
  if (text.size() > kEmailMax) return false;
  const auto at = text.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == text.size() || text.find('@', at + 1) != std::string::npos) {
    return false;
  }
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

UserId user_id_of(const std::string& email) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::string id = email;
  std::transform(id.begin(), id.end(), id.begin(), lower);
  return UserId(std::move(id));
}

}  // namespace sessioncore::server
