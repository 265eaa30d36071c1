/// Takes what is reported about accounts: settings, alert, and whoever has to act on it.
///
/// Thread rule: any thread; reports follow one another and wait for the database.
#pragma once

#include "live/notifications.hpp"
#include "tenants.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <sessioncore/result.hpp>

namespace sessioncore::unipile {
enum class AccountStatus;
class UnipileAccounts;
}  // namespace sessioncore::unipile

namespace sessioncore::server {

class AccountStates {
 public:
  /// Called after the account of a tenant was lost or is back, with the new state in force.
  using Changed = std::function<void(const TenantId&, AccountState)>;

  AccountStates(Tenants& tenants, Notifications& notifications, Clock& clock, Changed changed)
      : tenants_(tenants), notifications_(notifications), clock_(clock), changed_(std::move(changed)) {}

  /// False: no tenant has this account. A status that says nothing about sending changes nothing. Throws `HttpError`
  /// 503 if it could not be stored; the alert may then come twice.
  bool report(const std::string& account, unipile::AccountStatus status);
  /// Asks the provider and takes what it says, as above; an error if it does not say. An answer that a report has
  /// overtaken may be the older one of the two, and is asked for anew.
  [[nodiscard]] Result<bool> ask(unipile::UnipileAccounts& provider, const std::string& account);

 private:
  using Reports = std::uint64_t;
  enum class Source { report, answer };
  [[nodiscard]] Reports reports_of(const std::string& account);
  /// `phone`: the account's number, empty if not told. Empty: there were more reports than `since`.
  std::optional<bool> take(const std::string& account, unipile::AccountStatus status, const std::string& phone,
                           Source source, std::optional<Reports> since);

  Tenants& tenants_;
  Notifications& notifications_;
  Clock& clock_;
  const Changed changed_;
  std::mutex mutex_;
  std::map<std::string, Reports> reports_;  // by account, of tenants alone
};

}  // namespace sessioncore::server
