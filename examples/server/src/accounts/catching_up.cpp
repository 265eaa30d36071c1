#include "accounts/catching_up.hpp"

#include "log.hpp"

#include <exception>

namespace sessioncore::server {

namespace {

constexpr Duration kTryAgain(1000);

void log_not_stored(const TenantId& tenant, const std::exception& error) {
  log::warn("account.not_stored", {{"tenant", tenant.value}, {"detail", error.what()}});
}

}  // namespace

void CatchingUp::begin_again() {
  for (const auto& tenant : tenants_.all()) {
    if (!tenant->catching_up_since) continue;
    try {
      tenants_.change(tenant->id, [&](TenantSettings& settings) {
        if (settings.catching_up_since) settings.catching_up_since = clock_.now();
      });
    } catch (const std::exception& error) {
      log_not_stored(tenant->id, error);
    }
  }
}

bool CatchingUp::finished(const TenantId& id, Instant begun) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr || !tenant->catching_up_since) return false;
  // It was lost and came back once more after the search began: there is another search.
  if (*tenant->catching_up_since > begun) return false;
  if (!end(id, *tenant->catching_up_since)) return false;  // `look` tries again
  log::info("account.caught_up", {{"tenant", id.value}});
  return true;
}

std::optional<Duration> CatchingUp::look(const TenantId& id) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr || !tenant->catching_up_since) return std::nullopt;
  const Duration rest = *tenant->catching_up_since + longest_ - clock_.now();
  if (rest > Duration(0) && rest <= longest_) return rest;  // longer: the clock was set back
  if (!end(id, *tenant->catching_up_since)) return kTryAgain;
  log::warn("account.not_caught_up", {{"tenant", id.value}, {"why", "what was missed could not be read in time"}});
  return std::nullopt;
}

bool CatchingUp::end(const TenantId& id, Instant since) {
  try {
    tenants_.change(id, [&](TenantSettings& settings) {
      if (settings.catching_up_since == since) settings.catching_up_since = std::nullopt;
    });
    return true;
  } catch (const std::exception& error) {
    log_not_stored(id, error);
    return false;
  }
}

}  // namespace sessioncore::server
