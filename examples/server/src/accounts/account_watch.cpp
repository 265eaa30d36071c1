#include "accounts/account_watch.hpp"

#include "accounts/account_state.hpp"
#include "log.hpp"

#include <exception>

namespace sessioncore::server {

std::optional<Duration> AccountWatch::check(const TenantId& id) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr || tenant->unipile_account_id.empty()) return std::nullopt;
  try {
    ask(tenant->unipile_account_id);
  } catch (const std::exception& error) {
    log::warn("account.not_stored", {{"tenant", id.value}, {"detail", error.what()}});
  }
  const auto now = tenants_.find(id);
  const bool lost = now != nullptr && account_state(*now) == AccountState::disconnected;
  return lost ? std::optional(interval_) : std::nullopt;
}

void AccountWatch::ask(const std::string& account) {
  const auto found = accounts_.get(account);
  if (found) {
    (void)states_.report(account, found->status, found->phone);
  } else if (found.error().code == ErrorCode::not_found) {
    (void)states_.report(account, unipile::AccountStatus::deleted);
  } else {
    log::debug("account.not_asked", {{"account", account}, {"detail", found.error().detail}});
  }
}

}  // namespace sessioncore::server
