#include "core/text.hpp"

#include "core/characters.hpp"

#include <algorithm>

#include <sessioncore/core/step.hpp>

namespace sessioncore::detail {
namespace {

// Bytes of the first `max_chars` code points.
std::size_t prefix_bytes(std::string_view text, std::size_t max_chars) {
  std::size_t chars = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_continuation(text[at])) continue;
    if (chars == max_chars) return at;
    ++chars;
  }
  return text.size();
}

// Where the part ends with which the text begins. Better a shorter part than a broken word, unless that would halve it;
// and better than a broken character, unless that is longer than a part.
std::size_t end_of_part(std::string_view text, std::size_t max_chars) {
  const std::size_t most = prefix_bytes(text, max_chars);
  if (most == text.size()) return most;
  std::size_t line = 0;
  std::size_t space = 0;
  for (std::size_t at = 0; at <= most;) {
    const std::string_view character = first_character(text.substr(at));
    const std::size_t next = at + character.size();
    if (look_of(character) == Look::space && whole_characters(text, next) == next) {
      space = at;
      if (character == "\n") line = at;
    }
    at = next;
  }
  const std::size_t least = std::max<std::size_t>(1, most / 2);
  if (line >= least) return line;
  if (space >= least) return space;
  const std::size_t whole = whole_characters(text, most);
  return whole > 0 ? whole : most;
}

}  // namespace

std::uint64_t digest_of(std::string_view text) {
  // 64-bit FNV-1a: the core links nothing, and std::hash may differ from one build to the next.
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&hash](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL; };
  bool any = false;
  bool after_space = false;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    const Look look = look_of(character);
    text.remove_prefix(character.size());
    after_space = after_space || look == Look::space;
    if (look != Look::visible) continue;
    if (after_space && any) add(' ');
    std::for_each(character.begin(), character.end(), add);
    any = true;
    after_space = false;
  }
  return hash;
}

std::size_t count_chars(std::string_view text) {
  std::size_t chars = 0;
  for (const char c : text) chars += is_continuation(c) ? 0 : 1;
  return chars;
}

std::vector<std::string> split_text(std::string_view text, std::size_t max_chars) {
  std::vector<std::string> parts;
  for (std::string_view rest = trim(text); !rest.empty(); rest = trim(rest)) {
    const std::size_t end = end_of_part(rest, max_chars);
    const std::string_view part = trim(rest.substr(0, end));
    if (!is_blank(part)) parts.emplace_back(part);
    rest.remove_prefix(end);
  }
  return parts;
}

std::string display_text(const InboundMessage& message) {
  if (!is_blank(message.text)) return message.text;
  return "[" + std::string(to_string(message.kind)) + "]";
}

}  // namespace sessioncore::detail
