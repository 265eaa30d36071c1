// Chance that does not depend on order: each roll is a hash of the seed and of what it is for, so that leaving out one
// entry of a plan does not change the luck of all the others.
#pragma once

#include <cstdint>

#include <sessioncore/instant.hpp>

namespace sessioncore::testing {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] std::uint64_t roll(std::uint64_t what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    return mix(mix(mix(seed_ ^ mix(what)) ^ a) ^ b);
  }
  // 0 .. n-1
  [[nodiscard]] std::uint64_t below(std::uint64_t n, std::uint64_t what, std::uint64_t a = 0,
                                    std::uint64_t b = 0) const {
    return roll(what, a, b) % n;
  }
  [[nodiscard]] bool chance(unsigned percent, std::uint64_t what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    return below(100, what, a, b) < percent;
  }
  [[nodiscard]] Duration between(Duration low, Duration high, std::uint64_t what, std::uint64_t a = 0,
                                 std::uint64_t b = 0) const {
    const auto span = static_cast<std::uint64_t>((high - low).count()) + 1;
    return low + Duration(static_cast<std::int64_t>(below(span, what, a, b)));
  }

  static std::uint64_t mix(std::uint64_t x) {  // splitmix64
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
  }

 private:
  std::uint64_t seed_;
};

// What a roll is for.
enum Luck : std::uint64_t {
  luck_policy = 1,
  luck_swarm,
  luck_plan,
  luck_webhook,
  luck_duplicate,
  luck_send,
  luck_send_delay,
  luck_echo,
  luck_list,
  luck_open,
  luck_ask,
  luck_reply_delay,
  luck_late_reply,
  luck_restart,
  luck_pump,
  luck_tick,
  luck_account,
  luck_send_queue
};

}  // namespace sessioncore::testing
