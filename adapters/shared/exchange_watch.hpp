/// Ends exchanges with a service that take too long in total. An HTTP library limits each wait but not their sum: a
/// service that drips bytes would hold a worker for ever, and a stop with it. Thread rule: any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace sessioncore::adapters {

class ExchangeWatch {
 public:
  /// Ends what another thread does, without waiting for it; `why` is for people. Called again and again until the
  /// exchange is over: it may be between two steps just then, or looking a name up.
  using Cut = std::function<void(const char* why)>;
  /// Why nobody waits for an exchange any more; null as long as somebody does.
  using Unwanted = std::function<const char*()>;

  ExchangeWatch() : thread_([this] { run(); }) {}
  ~ExchangeWatch() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  ExchangeWatch(const ExchangeWatch&) = delete;
  ExchangeWatch& operator=(const ExchangeWatch&) = delete;

  /// Does `exchange`, which `cut` ends after `limit`, or at a `look` that finds it unwanted. Once this returns, nothing
  /// is cut any more.
  template <class Exchange>
  auto during(std::chrono::milliseconds limit, Cut cut, Exchange&& exchange, Unwanted unwanted = {}) {
    const Entry entry(*this, {Clock::now() + limit, "the exchange took too long", std::move(cut), std::move(unwanted)});
    return exchange();
  }
  /// Asks of each exchange under way, and of each that begins, whether it is wanted. Waits for none of them.
  void look() {
    // Passed through so that the watch has either not looked yet or waits to be told.
    { const std::lock_guard lock(mutex_); }
    changed_.notify_one();
  }
  /// Ends all exchanges, also those that are about to begin. Does not wait for them.
  void cut_all(const char* why) {
    {
      const std::lock_guard lock(mutex_);
      all_cut_ = why;
      for (auto& watched : watched_) end_now(watched);
    }
    changed_.notify_one();
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Watched {
    Clock::time_point cut_at;
    const char* why;
    Cut cut;
    Unwanted unwanted;  // perhaps empty
  };
  class Entry {
   public:
    Entry(ExchangeWatch& owner, Watched watched) : owner_(owner) {
      {
        const std::lock_guard lock(owner_.mutex_);
        if (owner_.all_cut_ != nullptr) owner_.end_now(watched);
        at_ = owner_.watched_.insert(owner_.watched_.end(), std::move(watched));
      }
      owner_.changed_.notify_one();
    }
    ~Entry() {
      const std::lock_guard lock(owner_.mutex_);
      owner_.watched_.erase(at_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    ExchangeWatch& owner_;
    std::list<Watched>::iterator at_;
  };

  void end_now(Watched& watched) const {
    watched.cut_at = Clock::now();
    watched.why = all_cut_;
    watched.unwanted = {};
  }

  void run() {
    constexpr std::chrono::milliseconds kAgain{20};
    std::unique_lock lock(mutex_);
    while (!ending_) {
      const auto now = Clock::now();
      auto next = Clock::time_point::max();
      for (auto& watched : watched_) {
        const char* unwanted = watched.unwanted ? watched.unwanted() : nullptr;
        if (unwanted != nullptr) watched.why = unwanted;
        if (unwanted != nullptr || watched.cut_at <= now) {
          watched.cut(watched.why);
          watched.cut_at = now + kAgain;
        }
        next = std::min(next, watched.cut_at);
      }
      if (next == Clock::time_point::max()) {
        changed_.wait(lock);
      } else {
        changed_.wait_until(lock, next);
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Watched> watched_;
  const char* all_cut_ = nullptr;
  bool ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace sessioncore::adapters
