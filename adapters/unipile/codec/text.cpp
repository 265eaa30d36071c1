#include "text.hpp"

namespace sessioncore::unipile::codec {

std::size_t invisible_prefix(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(0) == ' ' || (byte(0) >= '\t' && byte(0) <= '\r')) return 1;
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return 2;  // U+00A0
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    const auto low = byte(2);  // U+2000..U+200F, U+2028..U+202F
    return (low >= 0x80 && low <= 0x8F) || (low >= 0xA8 && low <= 0xAF) ? 3 : 0;
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81) {
    const auto low = byte(2);  // U+205F..U+2069
    return low >= 0x9F && low <= 0xA9 ? 3 : 0;
  }
  if (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;  // U+3000
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;  // U+FEFF
  return 0;
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto length = invisible_prefix(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace sessioncore::unipile::codec
