#include "core/characters.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace sessioncore::detail {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kWhiteSpace[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                 {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                                 {0x205F, 0x205F}, {0x3000, 0x3000}};

// Of U+0000 to U+009F those that are white space are asked for before.
constexpr Range kInvisible[] = {{0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},      {0x34F, 0x34F},
                                {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5},  {0x180B, 0x180F},
                                {0x200B, 0x200F},   {0x202A, 0x202E},   {0x2060, 0x206F},  {0x3164, 0x3164},
                                {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},  {0xFFF0, 0xFFF8},
                                {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

template <std::size_t size>
constexpr bool is_sorted(const Range (&ranges)[size]) {
  for (std::size_t i = 0; i < size; ++i) {
    if (ranges[i].first > ranges[i].last || (i > 0 && ranges[i].first <= ranges[i - 1].last)) return false;
  }
  return true;
}
static_assert(is_sorted(kWhiteSpace));
static_assert(is_sorted(kInvisible));

template <std::size_t size>
bool holds(const Range (&ranges)[size], char32_t code) {
  const auto* range = std::lower_bound(std::begin(ranges), std::end(ranges), code,
                                       [](const Range& one, char32_t wanted) { return one.last < wanted; });
  return range != std::end(ranges) && code >= range->first;
}

constexpr char32_t kNoCode = 0xFFFD;  // what a reader puts in the place of bytes that are no UTF-8

// How many bytes a character has that begins with this one; 0 if none does.
std::size_t length_after(unsigned char lead) {
  if (lead < 0x80U) return 1;
  if (lead < 0xC0U) return 0;
  if (lead < 0xE0U) return 2;
  if (lead < 0xF0U) return 3;
  return lead < 0xF8U ? 4 : 0;
}

char32_t code_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  const std::size_t length = length_after(lead);
  if (length != character.size()) return kNoCode;
  if (length == 1) return lead;
  char32_t code = lead & (0x7FU >> length);
  for (const char c : character.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  // The shortest form only: a longer one is another way to write something that is looked for.
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code < kSmallest[length] ? kNoCode : code;
}

}  // namespace

std::string_view first_character(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && is_continuation(text[end])) ++end;
  return text.substr(0, end);
}

std::string_view last_character(std::string_view text) {
  if (text.empty()) return text;
  std::size_t begin = text.size() - 1;
  while (begin > 0 && is_continuation(text[begin])) --begin;
  return text.substr(begin);
}

Look look_of(std::string_view character) {
  if (character.empty()) return Look::visible;
  const char32_t code = code_of(character);
  if (code > 0x20 && code < 0x7F) return Look::visible;  // nearly all, without a search
  if (holds(kWhiteSpace, code)) return Look::space;
  return holds(kInvisible, code) ? Look::invisible : Look::visible;
}

}  // namespace sessioncore::detail
