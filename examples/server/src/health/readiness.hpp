/// Whether a delivery that came now would be stored.
///
/// Commits that go through are proof enough, and cost nothing. Only when there were none for a while is the store tried
/// with a commit of our own, at most once in `kFresh` however often somebody asks.
/// Thread rule: any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <sessioncore/result.hpp>
#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

struct Unready {
  std::string check;  ///< "server", "recovering", "engine" or "store"
  std::string why;
};

class Readiness {
 public:
  using Clock = std::chrono::steady_clock;
  /// For how long a commit, or a probe, tells that the store takes commits.
  static constexpr std::chrono::seconds kFresh{3};
  /// A round of the engine's thread that takes longer is stuck: longer than the store waits for a lock.
  static constexpr std::chrono::seconds kStuck{15};

  /// `probe` makes a commit that changes nothing; called by one thread at a time.
  explicit Readiness(std::function<Result<void>()> probe) : probe_(std::move(probe)) {}

  /// Empty: ready.
  [[nodiscard]] std::optional<Unready> check(const RuntimeStats& runtime, Clock::time_point now);
  /// The server is about to end: send nothing more.
  void stopping() { stopping_ = true; }

 private:
  std::optional<Unready> check_store(const RuntimeStats& runtime, Clock::time_point now);
  std::optional<Unready> probe(Clock::time_point now);

  const std::function<Result<void>()> probe_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // of what follows
  std::optional<Clock::time_point> probed_;
  std::optional<Unready> found_;  // by the latest probe
};

}  // namespace sessioncore::server
