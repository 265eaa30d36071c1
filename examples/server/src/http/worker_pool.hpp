/// Threads for connections: made when needed, at most so many, and a bounded line of work that waits for one.
///
/// A connection holds its thread for as long as it is open, so whoever serves one asks `pressed()` while it is idle
/// and lets go if others wait. Thread rule: every member may be called from any thread; `stop` once, by the owner.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sessioncore::server {

class WorkerPool {
 public:
  WorkerPool(std::uint32_t threads_max, std::uint32_t waiting_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False if the line is full or the pool is stopping: the work was not taken.
  [[nodiscard]] bool submit(std::function<void()> work);
  /// True while work waits for a thread.
  [[nodiscard]] bool pressed() const { return waiting_now_.load(std::memory_order_relaxed) > 0; }
  /// Takes no more work, finishes what was taken, joins.
  void stop();

 private:
  void run();

  const std::uint32_t threads_max_;
  const std::uint32_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable work_came_;
  std::deque<std::function<void()>> waiting_;
  std::atomic<std::size_t> waiting_now_{0};
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace sessioncore::server
