#include "core/characters.hpp"

#include <sessioncore/core/blank.hpp>

namespace sessioncore {

using detail::Look;

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const std::string_view character = detail::first_character(text);
    if (detail::look_of(character) == Look::visible) return false;
    text.remove_prefix(character.size());
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (detail::look_of(detail::first_character(text)) == Look::space) {
    text.remove_prefix(detail::first_character(text).size());
  }
  while (detail::look_of(detail::last_character(text)) == Look::space) {
    text.remove_suffix(detail::last_character(text).size());
  }
  return text;
}

}  // namespace sessioncore
