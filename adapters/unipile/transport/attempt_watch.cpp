#include "attempt_watch.hpp"

#include <algorithm>

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

Exchange AttemptWatch::perform(HttpClient& client, const HttpRequest& request, std::chrono::milliseconds limit) {
  {
    const std::lock_guard lock(mutex_);
    deadlines_[&client] = SteadyClock::now() + limit;
  }
  changed_.notify_one();
  auto exchange = client.perform(request);
  // cut_off runs under the same mutex: after this line nothing can hit the client's next exchange.
  const std::lock_guard lock(mutex_);
  deadlines_.erase(&client);
  return exchange;
}

void AttemptWatch::cut_off_all(const char* why) {
  const std::lock_guard lock(mutex_);
  for (const auto& [client, deadline] : deadlines_) client->cut_off(why);
}

void AttemptWatch::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto now = SteadyClock::now();
    auto next = SteadyClock::time_point::max();
    for (auto& [client, deadline] : deadlines_) {
      if (deadline <= now) {
        client->cut_off("the exchange took too long");
        // Should it have been between two steps just then, it is hit again.
        deadline = now + std::chrono::milliseconds(50);
      }
      next = std::min(next, deadline);
    }
    if (next == SteadyClock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, next);
    }
  }
}

}  // namespace sessioncore::unipile::transport
