#include "testing/sim_world.hpp"

#include <algorithm>

#include <sessioncore/testing/simulator.hpp>

namespace sessioncore::testing {

SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options) {
  World world(seed, options);
  world.run();
  return world.result();
}

SimulationResult shrink(std::uint64_t seed, const SimulationOptions& options, std::size_t budget) {
  SimulationOptions best = options;
  best.keep_trace = true;
  SimulationResult result = simulate(seed, best);
  const std::size_t entries = result.plan.size();
  // Leave out runs of entries, long ones first, as long as a promise is still violated.
  for (std::size_t length = std::max<std::size_t>(entries / 2, 1); length > 0; length /= 2) {
    for (std::size_t from = 0; from < entries && budget > 0; from += length, --budget) {
      SimulationOptions shorter = best;
      for (std::size_t n = from; n < std::min(from + length, entries); ++n) shorter.skip.push_back(n);
      std::sort(shorter.skip.begin(), shorter.skip.end());
      shorter.skip.erase(std::unique(shorter.skip.begin(), shorter.skip.end()), shorter.skip.end());
      if (shorter.skip.size() == best.skip.size()) continue;
      SimulationResult attempt = simulate(seed, shorter);
      if (attempt.violations.empty()) continue;
      best = shorter;
      result = std::move(attempt);
    }
  }
  std::vector<std::string> needed;
  for (std::size_t n = 0; n < entries; ++n) {
    if (!std::binary_search(best.skip.begin(), best.skip.end(), n)) needed.push_back(result.plan[n]);
  }
  result.plan = std::move(needed);
  return result;
}

}  // namespace sessioncore::testing
