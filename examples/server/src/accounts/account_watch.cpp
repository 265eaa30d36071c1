#include "accounts/account_watch.hpp"

#include "accounts/account_state.hpp"
#include "log.hpp"

#include <exception>

namespace sessioncore::server {

std::optional<Duration> AccountWatch::check(const TenantId& id) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr || tenant->unipile_account_id.empty()) return std::nullopt;
  const std::string& account = tenant->unipile_account_id;
  try {
    const auto known = states_.ask(accounts_, account);
    if (!known) log::debug("account.not_asked", {{"account", account}, {"detail", known.error().detail}});
  } catch (const std::exception& error) {
    log::warn("account.not_stored", {{"tenant", id.value}, {"detail", error.what()}});
  }
  const auto now = tenants_.find(id);
  const bool lost = now != nullptr && account_state(*now) == AccountState::disconnected;
  return lost ? std::optional(interval_) : std::nullopt;
}

}  // namespace sessioncore::server
