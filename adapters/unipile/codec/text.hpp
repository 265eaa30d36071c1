// Small questions about UTF-8 text. Internal to the codec.
#pragma once

#include <string_view>

namespace sessioncore::unipile::codec {

// The length of the invisible thing that `text` starts with (white space, a byte order mark, a direction mark), or 0.
[[nodiscard]] std::size_t invisible_prefix(std::string_view text);

// Nothing to read in it (S7.1).
[[nodiscard]] bool is_blank(std::string_view text);

}  // namespace sessioncore::unipile::codec
