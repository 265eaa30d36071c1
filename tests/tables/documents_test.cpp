// docs/decision-tables.md and docs/state-diagram.md say what the code does, because they are printed from it.
#include "lifecycle_edges.hpp"
#include "support/golden.hpp"
#include "table_index.hpp"

#include <map>

#include <doctest/doctest.h>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/core/step.hpp>
#include <sessioncore/json.hpp>

using namespace sessioncore;

namespace {

std::string decision_tables() {
  return "# Decision tables\n\n"
         "Printed from `core/decision_tables.hpp`; `sessiond tables` prints the tables. A row's number is the spec's "
         "(S18.1,\n"
         "row 4, is `18.1/4`); a row with a `+` is one that the spec lacks and cites the ruling (`R8` is\n"
         "`docs/adr/0008-…`), the promise (README) or the decision record it follows. Exactly one row applies to "
         "every\n"
         "situation: a table with a gap or an overlap does not compile.\n\n" +
         tables::contents() + tables::rows_by_policy_key() + rules_as_markdown();
}

// One arrow for each pair of phases, with everything that leads along it.
std::string state_diagram() {
  std::map<std::pair<Phase, Phase>, std::string> arrows;
  for (const tables::Edge& edge : tables::kEdges) {
    std::string& label = arrows[{edge.from, edge.to}];
    label += (label.empty() ? "" : "<br>") + std::string(edge.event) + " (" + std::string(edge.source) + ")";
  }
  std::string text =
      "# Phases of a chat\n\n"
      "Printed from the edges that `tests/tables` compares with what the core does. `none` is a chat without a "
      "session;\n"
      "`ai`, `queued` and `human` are all `active` in the spec's terms.\n\n"
      "```mermaid\nstateDiagram-v2\n  [*] --> none\n";
  for (const auto& [pair, label] : arrows) {
    text += "  " + std::string(to_string(pair.first)) + " --> " + std::string(to_string(pair.second)) + " : " + label +
            "\n";
  }
  return text + "```\n";
}

}  // namespace

TEST_CASE("docs/decision-tables.md is printed from the arrays") {
  const std::string difference =
      test_support::compare_with_file(PROJECT_ROOT "/docs/decision-tables.md", decision_tables());
  CHECK_MESSAGE(difference.empty(), difference);
}

TEST_CASE("the keys of the index are keys of the policy") {
  const std::string policy = json::write(Policy{});
  for (const std::string_view key : tables::indexed_keys()) {
    const std::string_view unit = "_seconds";
    const bool timed = key.size() > unit.size() && key.substr(key.size() - unit.size()) == unit;
    const std::string member(timed ? key.substr(0, key.size() - unit.size()) : key);
    CHECK_MESSAGE(policy.find("\"" + member + (timed ? "_ms\"" : "\"")) != std::string::npos, member);
  }
}

TEST_CASE("docs/state-diagram.md is printed from the edges") {
  const std::string difference =
      test_support::compare_with_file(PROJECT_ROOT "/docs/state-diagram.md", state_diagram());
  CHECK_MESSAGE(difference.empty(), difference);
}
