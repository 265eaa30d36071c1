/// Points in time and durations. The library never asks a clock: the caller passes `now`.
///
/// Times reach as far as JavaScript counts whole milliseconds, some 285,000 years to either side of 1970. A sum that
/// would lead beyond stays at the end, so a wait of any length lies ahead and never behind, as long as `now` is before
/// the end. Thread rule: plain values.
#pragma once

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstdint>

namespace sessioncore {

using Duration = std::chrono::milliseconds;

/// The longest time there is: how a policy says "never" where 0 means "at once". Longer ones count as this one.
inline constexpr Duration kForever = Duration((std::int64_t{1} << 53) - 1);

namespace detail {
constexpr std::int64_t bounded(std::int64_t ms) {
  return std::clamp(ms, -kForever.count(), kForever.count());
}
}  // namespace detail

/// Milliseconds since 1970-01-01T00:00:00 UTC. Wall time, because deadlines must survive a restart.
struct Instant {
  std::int64_t ms = 0;

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant at, Duration by) {
    return {detail::bounded(detail::bounded(at.ms) + detail::bounded(by.count()))};
  }
  friend constexpr Instant operator-(Instant at, Duration by) {
    return {detail::bounded(detail::bounded(at.ms) - detail::bounded(by.count()))};
  }
  friend constexpr Duration operator-(Instant later, Instant earlier) {
    return Duration(detail::bounded(detail::bounded(later.ms) - detail::bounded(earlier.ms)));
  }
};

}  // namespace sessioncore
