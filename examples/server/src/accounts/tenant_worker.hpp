/// A thread that does one kind of work for tenants, one tenant after the other.
///
/// However often a tenant is asked for before its turn, the work is done once; asked for during the work, once more.
/// Thread rule: `start` and `stop` by the owner, the rest from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::server {

class TenantWorker {
 public:
  /// Gives how long to wait before the work is to be done again; empty: only when asked. Must not throw.
  using Work = std::function<std::optional<Duration>(const TenantId&)>;

  explicit TenantWorker(Work work) : work_(std::move(work)) {}
  ~TenantWorker() { stop(); }
  TenantWorker(const TenantWorker&) = delete;
  TenantWorker& operator=(const TenantWorker&) = delete;

  void start();
  /// Waits for the work under way, which should look at `stopping`.
  void stop();
  void request(const TenantId& tenant, Duration after = Duration(0));
  [[nodiscard]] bool stopping() const { return stopping_; }

 private:
  using Steady = std::chrono::steady_clock;
  void run();

  const Work work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TenantId, Steady::time_point> due_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sessioncore::server
