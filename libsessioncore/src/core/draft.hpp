// A step in the making. `step()` copies the state once into a draft; actions change the draft; the caller sees a
// `Step`.
#pragma once

#include <string_view>

#include <sessioncore/core/decision_tables.hpp>
#include <sessioncore/core/step.hpp>

namespace sessioncore::detail {

struct Draft {
  const Policy& policy;
  Instant now;
  Step out;
  bool session_dirty = false;  // the session's row must be written at the end of the step

  Draft(const Conversation& state, const Policy& in_force, Instant at) : policy(in_force), now(at) { out.next = state; }

  Conversation& state() { return out.next; }
  [[nodiscard]] const Conversation& state() const { return out.next; }
  [[nodiscard]] Phase phase() const { return phase_of(out.next); }

  // Notes which row decided and returns its action.
  template <class Row>
  auto apply(const Row& row) {
    out.outcome.rules.push_back(row.id);
    return row.then;
  }
  // The same for what is looked at often and mostly stays as it is: a row whose action is `nothing` is not noted.
  template <class Row, class Action>
  auto apply_unless(Action nothing, const Row& row) {
    return row.then == nothing ? nothing : apply(row);
  }
  // The same, noted once for all that the row applies to one after the other.
  template <class Row>
  auto apply_once(const Row& row) {
    const auto& rules = out.outcome.rules;
    return !rules.empty() && rules.back() == row.id ? row.then : apply(row);
  }
  void ignore(Reason reason) { settle(Verdict::ignored, reason); }
  void reject(Reason reason) { settle(Verdict::rejected, reason); }
  void record(Record row) { out.records.push_back(std::move(row)); }
  void effect(Effect what) { out.effects.push_back(std::move(what)); }
  void notify(Notice notice, std::string_view detail = {});

 private:
  void settle(Verdict verdict, Reason reason) {
    out.outcome.verdict = verdict;
    out.outcome.reason = reason;
  }
};

}  // namespace sessioncore::detail
