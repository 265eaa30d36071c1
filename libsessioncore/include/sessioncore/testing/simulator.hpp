/// The simulator: the real core and the real engine in a made-up world that does its worst.
///
/// One seed is one world: contacts, people on the phone, operators, a channel that loses answers, repeats and reorders
/// deliveries, an agent that is slow, silent, talkative or gone, a store that fails, a clock that jumps, and a process
/// that dies at every numbered point of the engine. After a while all faults end and the world must come to rest.
/// Checkers watch the promises P1 to P8 at each commit and at the end. The same seed always gives the same trace.
///
/// Thread rule: `simulate` is a pure function of its arguments; run as many at once as you like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sessioncore/instant.hpp>

namespace sessioncore::testing {

/// Breaks one promise on purpose, to see its checker fail.
enum class Sabotage {
  none,
  agent_speaks_in_human_phase,  ///< P3
  forget_deduplication,         ///< P2
  lose_acknowledged_message,    ///< P1
  send_twice,                   ///< P5
  store_wrong_deadline,         ///< P6
  drop_pending_message,         ///< P7
  falsify_log,                  ///< P8
  take_echo_for_human,          ///< R3
  ask_answered_again,           ///< R5
  send_while_disconnected,      ///< R21
  ask_before_listening,         ///< P4
  ignore_recall,                ///< P3
  never_finish,                 ///< liveness
};

struct SimulationOptions {
  bool keep_trace = false;  ///< keep the text of the trace, not only its hash
  Sabotage sabotage = Sabotage::none;
  std::vector<std::size_t> skip{};  ///< entries of the plan to leave out; ascending
};

struct SimulationResult {
  std::uint64_t seed = 0;
  std::vector<std::string> violations{};  ///< empty: all promises were kept
  std::uint64_t trace_hash = 0;
  std::string trace{};
  std::vector<std::string> plan{};  ///< what the outside world did, one line an entry
  Duration simulated{};
  std::uint64_t decisions = 0;
  std::uint64_t crashes = 0;
};

[[nodiscard]] SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options = {});

/// The shortest plan found that still violates a promise: leaves out whatever is not needed. Returns the result of that
/// plan, with its trace. `budget`: how many runs it may take.
[[nodiscard]] SimulationResult shrink(std::uint64_t seed, const SimulationOptions& options, std::size_t budget = 400);

}  // namespace sessioncore::testing
