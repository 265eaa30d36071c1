#include "core/text.hpp"

#include <sessioncore/core/step.hpp>

namespace sessioncore::detail {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

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

}  // namespace

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kSpace) == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::uint64_t digest_of(std::string_view text) {
  // 64-bit FNV-1a: the core links nothing, and std::hash may differ from one build to the next.
  std::uint64_t hash = 14695981039346656037ULL;
  bool in_space = false;
  for (const char c : trim(text)) {
    const bool space = kSpace.find(c) != std::string_view::npos;
    if (!space || !in_space) hash = (hash ^ (space ? 0x20U : static_cast<unsigned char>(c))) * 1099511628211ULL;
    in_space = space;
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
    std::size_t end = prefix_bytes(rest, max_chars);
    if (end < rest.size()) {
      // Better a shorter part than a broken word, unless that would halve it.
      std::size_t cut = rest.substr(0, end + 1).find_last_of('\n');
      if (cut == std::string_view::npos || cut < end / 2) cut = rest.substr(0, end + 1).find_last_of(kSpace);
      if (cut != std::string_view::npos && cut >= end / 2) end = cut;
    }
    parts.emplace_back(trim(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return parts;
}

std::string display_text(const InboundMessage& message) {
  if (!is_blank(message.text)) return message.text;
  return "[" + std::string(to_string(message.kind)) + "]";
}

}  // namespace sessioncore::detail
