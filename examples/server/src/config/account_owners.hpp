/// Whose account it is when descriptions give one to several tenants (ADR 0121): everybody else goes without.
///
/// After this a tenant's `unipile_account_id` is the account it owns, whatever its description names, so that nobody
/// who acts for a tenant has to ask again. Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <map>
#include <string>
#include <vector>

namespace sessioncore::server {

/// A tenant as the file or the database describes it, with what the API has set.
struct DescribedTenant {
  TenantConfig config;
  bool connected_here = false;  ///< its account came through the API
};

struct TakenAccount {
  TenantId tenant;  ///< that only names it
  std::string account;
  TenantId owner;
};

/// Takes from each tenant the account that another one owns: first who got it through the API, then who is first by id.
/// What was taken, for the log.
[[nodiscard]] std::vector<TakenAccount> settle_accounts(std::map<TenantId, DescribedTenant>& tenants);

/// No account, and nothing that was said of one.
void clear_account(TenantSettings& settings);
/// The same account, but nothing that was said of it.
void clear_account_state(TenantSettings& settings);

}  // namespace sessioncore::server
