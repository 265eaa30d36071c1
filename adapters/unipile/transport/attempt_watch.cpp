#include "attempt_watch.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::unipile::transport {

AttemptWatch::AttemptWatch() : thread_([this] { run(); }) {}

AttemptWatch::~AttemptWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Exchange AttemptWatch::perform(HttpClient& client, const HttpRequest& request, std::chrono::milliseconds limit,
                               Unwanted unwanted) {
  {
    const std::lock_guard lock(mutex_);
    attempts_[&client] = {SteadyClock::now() + limit, "the exchange took too long", std::move(unwanted)};
  }
  changed_.notify_one();
  auto exchange = client.perform(request);
  // cut_off runs under the same mutex: after this line nothing can hit the client's next exchange.
  const std::lock_guard lock(mutex_);
  attempts_.erase(&client);
  return exchange;
}

void AttemptWatch::cut_off_all(const char* why) {
  {
    const std::lock_guard lock(mutex_);
    for (auto& [client, attempt] : attempts_) attempt = {SteadyClock::now(), why, {}};
  }
  changed_.notify_one();
}

void AttemptWatch::look() {
  // Passed through so that the watch has either not looked yet or waits to be told.
  { const std::lock_guard lock(mutex_); }
  changed_.notify_one();
}

void AttemptWatch::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto now = SteadyClock::now();
    auto next = SteadyClock::time_point::max();
    for (auto& [client, attempt] : attempts_) {
      const char* unwanted = attempt.unwanted ? attempt.unwanted() : nullptr;
      if (unwanted != nullptr) attempt.why = unwanted;
      if (unwanted != nullptr || attempt.cut_at <= now) {
        client->cut_off(attempt.why);
        // Should it have been between two steps just then, or looking a name up, it is hit again.
        attempt.cut_at = now + std::chrono::milliseconds(50);
      }
      next = std::min(next, attempt.cut_at);
    }
    if (next == SteadyClock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, next);
    }
  }
}

}  // namespace sessioncore::unipile::transport
