// How long the next attempt waits (R20, R21, ADR 0152).
#include "core/backoff.hpp"

#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/core/policy.hpp>

using namespace sessioncore;
using detail::backoff;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
// The compiler refuses a constant whose computation overflows.
static_assert(backoff(Duration::max(), 3, kForever) == Duration::max());
static_assert(backoff(Duration::max() / 2 + Duration(1), 3, Duration::max()) == Duration::max());

std::vector<Duration> waits(Duration base, std::uint32_t attempts) {
  std::vector<Duration> all;
  for (std::uint32_t n = 1; n < attempts; ++n) all.push_back(backoff(base, n, Policy().retry_max));
  return all;
}

}  // namespace

TEST_CASE("the waits of R20 and R21 are those of the rulings") {
  const Policy policy;
  CHECK(waits(policy.send_retry_base, policy.send_attempts_max) ==
        std::vector<Duration>{seconds(1), seconds(2), seconds(4), seconds(8)});
  CHECK(waits(policy.reconnect_base, policy.reconnect_attempts_max + 1) ==
        std::vector<Duration>{Duration(1500), seconds(3), seconds(6)});
  CHECK(waits(policy.busy_base, policy.reconnect_attempts_max + 1) ==
        std::vector<Duration>{seconds(10), seconds(20), seconds(40)});
}

TEST_CASE("no wait is longer than the most, however many attempts failed") {
  CHECK(backoff(seconds(1), 9, seconds(300)) == seconds(256));
  CHECK(backoff(seconds(1), 10, seconds(300)) == seconds(300));
  CHECK(backoff(seconds(1), kMost, seconds(300)) == seconds(300));
  CHECK(backoff(seconds(1), kMost, Duration::max()) == Duration::max());
}

TEST_CASE("a first wait beyond the most stays as it is, and doubles no more") {
  CHECK(backoff(seconds(600), 1, seconds(300)) == seconds(600));
  CHECK(backoff(seconds(600), 5, seconds(300)) == seconds(600));
  CHECK(backoff(seconds(5), 3, Duration(0)) == seconds(5));
}

TEST_CASE("without a failure that counts the wait is the first") {
  CHECK(backoff(seconds(1), 0, seconds(300)) == seconds(1));
  CHECK(backoff(Duration(0), 3, seconds(300)) == Duration(0));
}
