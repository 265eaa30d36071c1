#include "health/readiness.hpp"

#include "log.hpp"

namespace sessioncore::server {

std::optional<Unready> Readiness::check(const RuntimeStats& runtime, Clock::time_point now) {
  if (stopping_) return Unready{"server", "it is stopping"};
  if (!runtime.running) return Unready{"recovering", "what a former run left comes first"};
  // Another thread may have read the clock before the engine's did.
  if (now > runtime.last_round && now - runtime.last_round > kStuck) {
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - runtime.last_round);
    return Unready{"engine", "no progress for " + std::to_string(since.count()) + " seconds, " +
                                 std::to_string(runtime.queued) + " inputs wait"};
  }
  return check_store(runtime, now);
}

std::optional<Unready> Readiness::check_store(const RuntimeStats& runtime, Clock::time_point now) {
  const auto is_fresh = [&](const auto& at) { return at && now - *at < kFresh; };
  const bool failed_last = runtime.last_failure && runtime.last_failure > runtime.last_commit;
  // A probe is small: where it still fits, real commits may not.
  if (failed_last && is_fresh(runtime.last_failure)) return Unready{"store", "the database takes no commits"};
  if (!failed_last && is_fresh(runtime.last_commit)) return std::nullopt;
  return probe(now);
}

std::optional<Unready> Readiness::probe(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (probed_ && now < *probed_ + kFresh) return found_;
  const auto written = probe_();
  // A probe may wait for a lock: what it found counts from now on.
  probed_ = Clock::now();
  if (written) return found_ = std::nullopt;
  if (!found_) log::error("store.probe_failed", {{"detail", written.error().detail}});
  return found_ = Unready{"store", "the database takes no commits"};
}

}  // namespace sessioncore::server
