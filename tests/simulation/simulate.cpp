// Runs simulated worlds and reports the seeds in which a promise was broken, with the shortest plan that breaks it.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include <sessioncore/testing/simulator.hpp>

namespace {

using namespace sessioncore;
using namespace sessioncore::testing;
using WallClock = std::chrono::steady_clock;

struct Totals {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> decisions{0};
  std::atomic<std::uint64_t> crashes{0};
  std::atomic<std::int64_t> simulated_ms{0};
};

void report(std::uint64_t seed, bool brief) {
  if (brief) {
    for (const auto& violation : simulate(seed).violations) std::printf("  %s\n", violation.c_str());
    return;
  }
  const SimulationResult shortest = shrink(seed, {});
  std::printf("\nseed %llu breaks a promise:\n", static_cast<unsigned long long>(seed));
  for (const auto& violation : shortest.violations) std::printf("  %s\n", violation.c_str());
  std::printf("the shortest plan found (%zu entries):\n", shortest.plan.size());
  for (const auto& entry : shortest.plan) std::printf("  %s\n", entry.c_str());
  const std::size_t tail = shortest.trace.size() > 6000 ? shortest.trace.find('\n', shortest.trace.size() - 6000) : 0;
  std::printf("the end of its trace:\n%s\nthe whole of it: simulate --trace --from %llu\n",
              shortest.trace.c_str() + tail, static_cast<unsigned long long>(seed));
}

bool run_one(std::uint64_t seed, bool twice, Totals& totals) {
  const SimulationResult result = simulate(seed);
  totals.decisions += result.decisions;
  totals.crashes += result.crashes;
  totals.simulated_ms += result.simulated.count();
  if (twice && simulate(seed).trace_hash != result.trace_hash) {
    std::printf("\nseed %llu gives two traces\n", static_cast<unsigned long long>(seed));
    return false;
  }
  return result.violations.empty();
}

struct Options {
  bool twice = false;
  bool brief = false;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t give_up_after = 3;
};

int run(const std::vector<std::uint64_t>& seeds, const Options& options) {
  Totals totals;
  std::atomic<std::size_t> next{0};
  std::mutex printing;
  const auto started = WallClock::now();
  const auto work = [&] {
    for (std::size_t n = next++; n < seeds.size() && totals.failed < options.give_up_after; n = next++) {
      const bool good = run_one(seeds[n], options.twice, totals);
      const std::uint64_t done = ++totals.done;
      const std::lock_guard lock(printing);
      if (!good) {
        ++totals.failed;
        report(seeds[n], options.brief);
      }
      const std::size_t tenth = std::max<std::size_t>(seeds.size() / 10, 1);
      if (done % tenth == 0) {
        std::printf("%llu of %zu seeds, %llu failed\n", static_cast<unsigned long long>(done), seeds.size(),
                    static_cast<unsigned long long>(totals.failed));
        std::fflush(stdout);
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned n = 0; n < options.jobs; ++n) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(WallClock::now() - started).count();
  std::printf("%llu seeds, %.0f simulated hours, %llu decisions, %llu crashes in %.1f s; %llu failed\n",
              static_cast<unsigned long long>(totals.done), static_cast<double>(totals.simulated_ms) / 3.6e6,
              static_cast<unsigned long long>(totals.decisions), static_cast<unsigned long long>(totals.crashes),
              seconds, static_cast<unsigned long long>(totals.failed));
  return totals.failed == 0 ? 0 : 1;
}

// Each checker must see the promise it watches being broken.
int run_sabotage() {
  struct Case {
    Sabotage sabotage;
    const char* seen_as;
  };
  const Case cases[] = {{Sabotage::agent_speaks_in_human_phase, "P3"},
                        {Sabotage::forget_deduplication, "P2"},
                        {Sabotage::lose_acknowledged_message, "P1"},
                        {Sabotage::send_twice, "P5"},
                        {Sabotage::store_wrong_deadline, "P6"},
                        {Sabotage::drop_pending_message, "P7"},
                        {Sabotage::falsify_log, "P8"},
                        {Sabotage::take_echo_for_human, "R3"},
                        {Sabotage::ask_answered_again, "R5"},
                        {Sabotage::send_while_disconnected, "R21"},
                        {Sabotage::ask_before_listening, "P4"},
                        {Sabotage::ignore_recall, "P3: the channel begins"},
                        {Sabotage::never_finish, "P5: a send is under way"}};
  int missed = 0;
  for (const Case& one : cases) {
    bool seen = false;
    for (std::uint64_t seed = 1; seed <= 60 && !seen; ++seed) {
      SimulationOptions options;
      options.sabotage = one.sabotage;
      for (const auto& violation : simulate(seed, options).violations)
        seen = seen || violation.rfind(one.seen_as, 0) == 0;
    }
    std::printf("%s: %s\n", one.seen_as,
                seen ? "its checker fails when it is broken" : "BROKEN ON PURPOSE AND NOT SEEN");
    missed += seen ? 0 : 1;
  }
  return missed == 0 ? 0 : 1;
}

std::vector<std::uint64_t> seeds_of(const std::string& path) {
  std::vector<std::uint64_t> seeds;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream(line) >> seed) seeds.push_back(seed);
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs simulated worlds and checks the promises P1 to P8 in each.");
  std::uint64_t from = 1;
  std::uint64_t count = 100;
  Options options;
  bool sabotage = false;
  bool trace = false;
  std::string file;
  app.add_option("--from", from, "first seed");
  app.add_option("--seeds", count, "how many");
  app.add_option("--jobs", options.jobs, "threads")->check(CLI::Range(1, 64));
  app.add_option("--file", file, "seeds to run, one a line, instead of --from and --seeds")->check(CLI::ExistingFile);
  app.add_option("--give-up-after", options.give_up_after, "failed seeds");
  app.add_flag("--twice", options.twice, "run each seed twice and compare the traces");
  app.add_flag("--brief", options.brief, "of failed seeds only what they broke, without looking for the shortest plan");
  app.add_flag("--sabotage", sabotage, "break each promise on purpose and see its checker fail");
  app.add_flag("--trace", trace, "print the trace of the first seed and end");
  CLI11_PARSE(app, argc, argv);

  if (sabotage) return run_sabotage();
  if (trace) {
    SimulationOptions traced;
    traced.keep_trace = true;
    const SimulationResult result = simulate(from, traced);
    std::printf("%s", result.trace.c_str());
    for (const auto& violation : result.violations) std::printf("VIOLATION %s\n", violation.c_str());
    return result.violations.empty() ? 0 : 1;
  }
  std::vector<std::uint64_t> seeds;
  if (!file.empty()) {
    seeds = seeds_of(file);
  } else {
    for (std::uint64_t n = 0; n < count; ++n) seeds.push_back(from + n);
  }
  return run(seeds, options);
}
