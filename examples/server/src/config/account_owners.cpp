#include "config/account_owners.hpp"

namespace sessioncore::server {

std::vector<TakenAccount> settle_accounts(std::map<TenantId, DescribedTenant>& tenants) {
  std::map<std::string, TenantId> owners;
  std::vector<TakenAccount> taken;
  for (const bool connected_here : {true, false}) {
    for (auto& [id, tenant] : tenants) {
      const std::string account = tenant.config.unipile_account_id;
      if (account.empty() || tenant.connected_here != connected_here) continue;
      const auto [owner, is_owner] = owners.emplace(account, id);
      if (is_owner) continue;
      taken.push_back({id, account, owner->second});
      clear_account(tenant.config);
    }
  }
  return taken;
}

void clear_account(TenantSettings& settings) {
  settings.unipile_account_id.clear();
  clear_account_state(settings);
}

void clear_account_state(TenantSettings& settings) {
  settings.unipile_account_status.clear();
  settings.connected_at = std::nullopt;
  settings.connected_phone.clear();
  settings.reconciled_until = std::nullopt;
}

}  // namespace sessioncore::server
