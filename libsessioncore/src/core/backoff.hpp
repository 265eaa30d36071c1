// How long to wait before the next attempt (R20, R21, ADR 0152).
#pragma once

#include <algorithm>
#include <cstdint>

#include <sessioncore/instant.hpp>

namespace sessioncore::detail {

// `base` after the first failure, twice as long after each further one, at most `most`. A `base` beyond that stays as
// it is: the business wants it so.
[[nodiscard]] constexpr Duration backoff(Duration base, std::uint32_t failures, Duration most) {
  Duration wait = base;
  for (; failures > 1 && wait > Duration(0) && wait < most; --failures) wait += std::min(wait, most - wait);
  return wait;
}

}  // namespace sessioncore::detail
