// Sums of times stay within what can be stored: a wait of any length lies ahead, and nothing overflows.
#include <limits>

#include <doctest/doctest.h>

#include <sessioncore/instant.hpp>

using namespace sessioncore;

namespace {

constexpr Instant kNow{1'700'000'000'000};
constexpr Instant kLatest{kForever.count()};
constexpr Instant kEarliest{-kForever.count()};
constexpr Instant kBeyond{std::numeric_limits<std::int64_t>::max()};
constexpr Instant kBefore{std::numeric_limits<std::int64_t>::min()};

// The compiler refuses a constant whose computation overflows.
static_assert(kNow + Duration::max() == kLatest);
static_assert(kNow + Duration::min() == kNow - kForever);
static_assert(kNow - Duration::max() == kNow - kForever);
static_assert(kNow - Duration::min() == kLatest);
static_assert(kBeyond - kBefore == kForever);
static_assert(kBefore - kBeyond == -kForever);

}  // namespace

TEST_CASE("times within the range add up exactly") {
  CHECK(kNow + Duration(5) == Instant{1'700'000'000'005});
  CHECK(kNow - Duration(5) == Instant{1'699'999'999'995});
  CHECK(kNow + Duration(-5) == kNow - Duration(5));
  CHECK(kNow - Instant{1'699'999'999'000} == Duration(1000));
  CHECK(Instant{-3} - Instant{4} == Duration(-7));
  CHECK(kLatest - Instant{0} == kForever);
  CHECK(kEarliest - Instant{0} == -kForever);
}

TEST_CASE("what would lead beyond the range stays at its end") {
  CHECK(kNow + kForever == kLatest);
  CHECK(kLatest + Duration(1) == kLatest);
  CHECK(kEarliest - Duration(1) == kEarliest);
  CHECK(kBeyond + Duration(0) == kLatest);
  CHECK(kBefore - Duration(0) == kEarliest);
  CHECK(kBeyond - Duration::max() == Instant{0});
}

TEST_CASE("a longer wait is never over earlier") {
  Instant last = kNow;
  for (std::int64_t ms = 1; ms > 0 && ms < std::numeric_limits<std::int64_t>::max() / 2; ms *= 2) {
    const Instant at = kNow + Duration(ms);
    CHECK(at >= last);
    CHECK(at > kNow);
    last = at;
  }
}
