// What the rows say is what the code does: every legal situation goes through the real step(), and what comes of it is
// compared with behaviour.golden.txt, which a person has read.
#include "situations.hpp"
#include "support/golden.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include <sessioncore/testing/scenario.hpp>

using namespace sessioncore;

namespace {

// The lines of a description in one: "accepted 18.1/2 | phase ... | ...".
std::string one_line(std::string text) {
  text.pop_back();
  for (std::size_t at = text.find("\n  "); at != std::string::npos; at = text.find("\n  ", at))
    text.replace(at, 3, " | ");
  return text;
}

}  // namespace

TEST_CASE("every legal situation is decided by the row that applies to it") {
  const auto cases = tables::all_cases();
  CHECK(cases.size() > 700);
  for (const tables::Case& each : cases) {
    CAPTURE(each.table);
    CAPTURE(each.label);
    const auto& [state, event, policy] = each.situation;
    const auto rules = step(state, event, policy, tables::kNow).outcome.rules;
    CHECK(std::find(rules.begin(), rules.end(), each.row) != rules.end());
  }
}

TEST_CASE("what every legal situation leads to") {
  std::string text =
      "# Every legal situation of every table, and what step() makes of it. Times are relative to now.\n";
  std::string table;
  for (const tables::Case& each : tables::all_cases()) {
    if (each.table != table) text += "\n## " + each.table + "\n";
    table = each.table;
    const auto& [state, event, policy] = each.situation;
    const Step decided = step(state, event, policy, tables::kNow);
    text += each.label + ": " + one_line(testing::describe(state, event, decided, tables::kNow)) + "\n";
  }
  const std::string difference =
      test_support::compare_with_file(PROJECT_ROOT "/tests/tables/behaviour.golden.txt", text);
  CHECK_MESSAGE(difference.empty(), difference);
}
