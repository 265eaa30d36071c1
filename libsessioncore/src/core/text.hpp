// What the core needs to know of texts: never kept, only looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sessioncore/core/blank.hpp>
#include <sessioncore/core/event.hpp>

namespace sessioncore::detail {

// A number by which two texts are taken for the same: white space at the ends and the length of runs do not count, nor
// does what cannot be seen, because channels change them (R3). Stable over versions and machines, because it is stored.
[[nodiscard]] std::uint64_t digest_of(std::string_view text);

// Unicode code points in UTF-8.
[[nodiscard]] std::size_t count_chars(std::string_view text);

// Parts of at most `max_chars` code points, in order, cut at a line end or a space where there is one, else between
// what a reader takes for characters (R23). None is blank.
[[nodiscard]] std::vector<std::string> split_text(std::string_view text, std::size_t max_chars);

// The text, or a placeholder such as "[image]" for an attachment without one (R15).
[[nodiscard]] std::string display_text(const InboundMessage& message);

}  // namespace sessioncore::detail
