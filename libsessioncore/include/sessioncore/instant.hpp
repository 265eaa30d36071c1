/// Points in time and durations. The library never asks a clock: the caller passes `now`. Thread rule: plain values.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace sessioncore {

using Duration = std::chrono::milliseconds;

/// Milliseconds since 1970-01-01T00:00:00 UTC. Wall time, because deadlines must survive a restart.
struct Instant {
  std::int64_t ms = 0;

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant at, Duration by) { return {at.ms + by.count()}; }
  friend constexpr Instant operator-(Instant at, Duration by) { return {at.ms - by.count()}; }
  friend constexpr Duration operator-(Instant later, Instant earlier) { return Duration(later.ms - earlier.ms); }
};

}  // namespace sessioncore
