#include "accounts/catching_up.hpp"

#include "log.hpp"

namespace sessioncore::server {

void CatchingUp::begin(const TenantId& tenant, Instant now) {
  const std::lock_guard lock(mutex_);
  since_[tenant] = now;
}

void CatchingUp::forget(const TenantId& tenant) {
  const std::lock_guard lock(mutex_);
  since_.erase(tenant);
}

bool CatchingUp::holds(const TenantId& tenant) const {
  const std::lock_guard lock(mutex_);
  return since_.count(tenant) > 0;
}

bool CatchingUp::finished(const TenantId& tenant, Instant begun) {
  const std::lock_guard lock(mutex_);
  const auto since = since_.find(tenant);
  // Later: it was lost and came back once more after the search began, and there is another search.
  if (since == since_.end() || since->second > begun) return false;
  since_.erase(since);
  log::info("account.caught_up", {{"tenant", tenant.value}});
  return true;
}

std::optional<Duration> CatchingUp::look(const TenantId& tenant, Instant now, Duration longest) {
  const std::lock_guard lock(mutex_);
  const auto since = since_.find(tenant);
  if (since == since_.end()) return std::nullopt;
  const Duration rest = since->second + longest - now;
  if (rest > Duration(0) && rest <= longest) return rest;  // longer: the clock was set back
  since_.erase(since);
  log::warn("account.not_caught_up", {{"tenant", tenant.value}, {"why", "what was missed could not be read in time"}});
  return std::nullopt;
}

}  // namespace sessioncore::server
