// The transitions between phases that the code makes are the spec's, and those that the rulings add: no more, no less.
#include "lifecycle_edges.hpp"
#include "situations.hpp"
#include "support/random_chat.hpp"

#include <set>
#include <tuple>

#include <doctest/doctest.h>

#include <sessioncore/core/rules.hpp>

using namespace sessioncore;

namespace {

using Transition = std::tuple<std::string, std::string, std::string>;

std::string words(const Transition& t) {
  return std::get<0>(t) + " --" + std::get<1>(t) + "--> " + std::get<2>(t);
}

// What a step did as one transition; empty if it stayed, or if deadlines and an event came together.
std::optional<Transition> transition(const Conversation& before, const Event& event, const Step& decided) {
  const Phase from = phase_of(before);
  const Phase to = phase_of(decided.next);
  if (from == to) return std::nullopt;
  std::string cause;
  int deadlines = 0;
  for (const auto id : decided.outcome.rules) {
    const Rule* rule = find_rule(id);
    // Found out at the end of a step, whatever the step was about.
    if (rule->table == "waiting_send" && rule->action == "fail_and_queue") {
      return Transition{to_string(from), "account removed", to_string(to)};
    }
    if (rule->table != "deadline") continue;
    ++deadlines;
    cause = rule->cells.front();
  }
  const bool tick = std::holds_alternative<Tick>(event);
  if (deadlines != (tick ? 1 : 0)) return std::nullopt;
  return Transition{to_string(from), tick ? cause : std::string(name_of(event)), to_string(to)};
}

std::set<Transition> seen() {
  std::set<Transition> found;
  const auto note = [&](const Conversation& before, const Event& event, const Step& decided) {
    if (const auto t = transition(before, event, decided)) found.insert(*t);
  };
  for (const tables::Case& each : tables::all_cases()) {
    const auto& [state, event, policy] = each.situation;
    note(state, event, step(state, event, policy, tables::kNow));
  }
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    test_support::RandomChat chat(seed);
    for (int n = 0; n < 300; ++n) {
      const Event event = chat.next_event();
      const Conversation before = chat.state();
      note(before, event, chat.give(event));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the transitions seen are the edges of S6.1 and of the rulings") {
  std::set<Transition> expected;
  for (const tables::Edge& edge : tables::kEdges) {
    const Transition t{to_string(edge.from), edge.event, to_string(edge.to)};
    CHECK_MESSAGE(expected.insert(t).second, words(t), " stands twice");
  }
  const auto found = seen();
  for (const Transition& t : found) CHECK_MESSAGE(expected.count(t) == 1, "not an edge: ", words(t));
  for (const Transition& t : expected) CHECK_MESSAGE(found.count(t) == 1, "never seen: ", words(t));
}
