#include "http/worker_pool.hpp"

#include <system_error>
#include <utility>

namespace sessioncore::server {

WorkerPool::WorkerPool(std::uint32_t threads_max, std::uint32_t waiting_max)
    : threads_max_(threads_max), waiting_max_(waiting_max) {}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  const bool thread_free = idle_ > waiting_.size();
  if (!thread_free && threads_.size() < threads_max_) {
    try {
      threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      if (threads_.empty()) return false;  // the machine gives no thread: wait for one of ours
    }
  } else if (!thread_free && waiting_.size() >= waiting_max_) {
    return false;
  }
  waiting_.push_back(std::move(work));
  waiting_now_ = waiting_.size();
  work_came_.notify_one();
  return true;
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_came_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_now_ = waiting_.size();
    lock.unlock();
    work();
    lock.lock();
  }
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_came_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace sessioncore::server
