// What the static_asserts stand on: a gap and an overlap are found, and one row is found for each situation.
#include <doctest/doctest.h>

#include <sessioncore/core/decision_tables.hpp>

using namespace sessioncore;

namespace {

enum class Verdict2 { stop, go };
using LightRow = Row<Verdict2, Choice, Known>;

constexpr LightRow kTotal[] = {
    {"1", Choice::off, any, Verdict2::stop, ""},
    {"2", Choice::on, Known::no, Verdict2::stop, ""},
    {"3", Choice::on, Known::yes, Verdict2::go, ""},
};
constexpr LightRow kGap[] = {
    {"1", Choice::off, any, Verdict2::stop, ""},
    {"3", Choice::on, Known::yes, Verdict2::go, ""},
};
constexpr LightRow kOverlap[] = {
    {"1", Choice::off, any, Verdict2::stop, ""},
    {"2", any, Known::no, Verdict2::stop, ""},
    {"3", Choice::on, Known::yes, Verdict2::go, ""},
};

// The same three, where the compiler looks at them.
static_assert(exactly_one_row(kTotal));
static_assert(!exactly_one_row(kGap));
static_assert(!exactly_one_row(kOverlap));

}  // namespace

TEST_CASE("a total table passes, a gap and an overlap do not") {
  CHECK(exactly_one_row(kTotal));
  CHECK_FALSE(exactly_one_row(kGap));
  CHECK_FALSE(exactly_one_row(kOverlap));
}

TEST_CASE("the row that applies is found wherever it stands") {
  CHECK(find_row(kTotal, Choice::off, Known::no).id == "1");
  CHECK(find_row(kTotal, Choice::off, Known::yes).id == "1");
  CHECK(find_row(kTotal, Choice::on, Known::no).id == "2");
  CHECK(find_row(kTotal, Choice::on, Known::yes).id == "3");
}

TEST_CASE("cells are sets of values") {
  const Cell<Phase> two = one_of(Phase::waiting, Phase::ai);
  const Cell<Phase> others = all_but(Phase::waiting, Phase::ai);
  const Cell<Phase> all = any;
  for (int n = 0; n < 6; ++n) {
    const auto phase = static_cast<Phase>(n);
    const bool named = phase == Phase::waiting || phase == Phase::ai;
    CHECK(two.holds(phase) == named);
    CHECK(others.holds(phase) == !named);
    CHECK(all.holds(phase));
  }
}
