// Characters of UTF-8 and what Unicode says of them. A character is a byte with the continuation bytes behind it, so
// that bytes that are no UTF-8 are characters as well; they are visible. Unicode 14; tables, because the core links
// nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace sessioncore::detail {

// Whether the byte begins no character.
[[nodiscard]] constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Empty if the text is.
[[nodiscard]] std::string_view first_character(std::string_view text);
[[nodiscard]] std::string_view last_character(std::string_view text);

// `space`: the property White_Space. `invisible`: the property Default_Ignorable_Code_Point, and controls.
enum class Look { visible, space, invisible };
// Of nothing: visible.
[[nodiscard]] Look look_of(std::string_view character);

// How a character joins its neighbours. `mark`: it belongs to the character before it (combining marks, variation
// selectors, joiners, skin tones, tags, vowels and finals of composed Hangul). `joiner`: that, and the next one belongs
// to it. `flag_half`: two of them are a flag.
enum class Joins { nothing, mark, joiner, flag_half };
// Of nothing: nothing.
[[nodiscard]] Joins joins_of(std::string_view character);

// The last place up to `at` where the text can be cut without harm to what a reader takes for one character; 0 if there
// is none. `at` is the beginning of a character.
[[nodiscard]] std::size_t whole_characters(std::string_view text, std::size_t at);

}  // namespace sessioncore::detail
