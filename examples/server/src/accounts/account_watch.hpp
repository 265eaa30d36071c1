/// Asks the provider about an account that is said to be disconnected, should the news that it is back get lost; and
/// about one whose send was refused as disconnected, should the news that it is gone get lost.
///
/// Thread rule: one thread calls `check`; `stop` from any.
#pragma once

#include "accounts/account_states.hpp"
#include "tenants.hpp"

#include <optional>

#include <sessioncore/unipile/accounts.hpp>

namespace sessioncore::server {

class AccountWatch {
 public:
  AccountWatch(const unipile::ClientOptions& options, const Tenants& tenants, AccountStates& states, Duration interval)
      : accounts_(options), tenants_(tenants), states_(states), interval_(interval) {}

  /// Asks once. How long until it should be asked again; empty: all is well, or there is no account.
  [[nodiscard]] std::optional<Duration> check(const TenantId& tenant);
  /// Ends the question under way.
  void stop() { accounts_.stop(); }

 private:
  unipile::UnipileAccounts accounts_;
  const Tenants& tenants_;
  AccountStates& states_;
  const Duration interval_;
};

}  // namespace sessioncore::server
