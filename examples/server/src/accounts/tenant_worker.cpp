#include "accounts/tenant_worker.hpp"

#include <algorithm>

namespace sessioncore::server {

void TenantWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void TenantWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TenantWorker::request(const TenantId& tenant, Duration after) {
  const auto at = Steady::now() + after;
  {
    const std::lock_guard lock(mutex_);
    const auto [entry, added] = due_.emplace(tenant, at);
    if (!added) entry->second = std::min(entry->second, at);
  }
  changed_.notify_all();
}

void TenantWorker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next =
        std::min_element(due_.begin(), due_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (next == due_.end()) {
      changed_.wait(lock);
      continue;
    }
    if (next->second > Steady::now()) {
      const auto until = next->second;
      changed_.wait_until(lock, until);
      continue;
    }
    const TenantId tenant = next->first;
    due_.erase(next);
    lock.unlock();
    const auto again = work_(tenant);
    if (again) request(tenant, *again);
    lock.lock();
  }
}

}  // namespace sessioncore::server
