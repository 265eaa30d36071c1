#include "sessioncore/unipile/phone.hpp"

#include <algorithm>

#include <sessioncore/core/blank.hpp>

namespace sessioncore::unipile {
namespace {

constexpr std::size_t kFewestDigits = 7;
constexpr std::size_t kMostDigits = 15;  // E.164
constexpr std::string_view kFiller = "-.()/";

bool is_digit(std::string_view character) {
  return character.size() == 1 && character[0] >= '0' && character[0] <= '9';
}

// The number part of `<digits>[:<device>]@s.whatsapp.net`; empty for every other kind of id.
std::string_view number_of_id(std::string_view id) {
  const auto at = id.find('@');
  const auto server = id.substr(at + 1);
  if (server != "s.whatsapp.net" && server != "c.us") return {};
  return id.substr(0, std::min(at, id.find(':')));
}

std::string_view first_character(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return text.substr(0, end);
}

// What people and programs write between digits, or paste with them.
bool is_filler(std::string_view character) {
  constexpr std::string_view kNonBreakingHyphen = "\xE2\x80\x91";
  return kFiller.find(character) != std::string_view::npos || character == kNonBreakingHyphen || is_blank(character);
}

}  // namespace

std::string normalise_phone(std::string_view text) {
  if (text.find('@') != std::string_view::npos) text = number_of_id(text);
  std::string digits;
  bool plus = false;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    if (is_digit(character)) {
      digits += character;
    } else if (character == "+" && digits.empty() && !plus) {
      plus = true;
    } else if (!is_filler(character)) {
      return {};
    }
    text.remove_prefix(character.size());
    if (digits.size() > kMostDigits + 2) return {};
  }
  if (!plus && digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() < kFewestDigits || digits.size() > kMostDigits) return {};
  return "+" + digits;
}

bool lacks_country_code(std::string_view number) {
  return number.starts_with("+0");
}

}  // namespace sessioncore::unipile
