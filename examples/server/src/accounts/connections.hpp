/// Connecting, looking at and disconnecting the accounts of tenants (S9.1).
///
/// Talks to the provider, then to the settings; what follows for chats is told by `AccountStates::Changed` and
/// `concerned`. Thread rule: any thread; calls to the provider are bounded in time and wait for each other.
#pragma once

#include "accounts/account_states.hpp"
#include "tenants.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sessioncore/unipile/accounts.hpp>

namespace sessioncore::server {

struct ConnectAnswer {
  std::string account_id;
  std::string checkpoint;  ///< what is left to do, such as "QRCODE"; empty: nothing
  std::string qr_code;
  bool connected = false;
};

struct ConnectionAnswer {
  bool connected = false;
  /// As in the settings; "disconnected" without an account, "unknown" if nobody could be asked yet.
  std::string status;
};

struct MadeWebhook {
  std::string source;
  std::string webhook_id;
};

class Connections {
 public:
  /// `concerned`: the chats of this tenant have to be told of its account.
  Connections(const unipile::ClientOptions& options, Tenants& tenants, AccountStates& states, Clock& clock,
              std::function<void(const TenantId&)> concerned);

  /// Reconnects the tenant's account unless the provider says that it is connected, or makes one if there is none that
  /// the provider knows. Of two at once the second waits and gets the first one's account. All throw `HttpError`: 503
  /// if the provider does not answer or refuses, or the settings cannot be stored.
  [[nodiscard]] ConnectAnswer connect(const TenantId& tenant);
  /// Asks the provider and keeps what it says; what is known already if it does not answer in time.
  [[nodiscard]] ConnectionAnswer status(const TenantId& tenant);
  void disconnect(const TenantId& tenant);
  /// Has all that happens to the tenant's account delivered to `url`; what was registered for that before is replaced.
  /// 409 `not_connected` without an account.
  [[nodiscard]] std::vector<MadeWebhook> register_webhooks(const TenantId& tenant, const std::string& url,
                                                           const std::string& secret);
  void stop();

 private:
  [[nodiscard]] unipile::ConnectStep begin(const TenantConfig& tenant);
  void keep(const TenantConfig& tenant, const unipile::ConnectStep& step);
  void undo(const TenantConfig& tenant, const std::string& account);
  /// False: the provider did not say.
  bool ask(const TenantConfig& tenant);
  [[nodiscard]] std::shared_ptr<std::mutex> turn_of(const TenantId& tenant);

  unipile::UnipileAccounts managing_;
  unipile::UnipileAccounts asking_;
  Tenants& tenants_;
  AccountStates& states_;
  Clock& clock_;
  const std::function<void(const TenantId&)> concerned_;
  std::mutex turns_mutex_;
  std::map<TenantId, std::shared_ptr<std::mutex>> turns_;  ///< a tenant's account is changed by one at a time
  std::timed_mutex questions_;  ///< one at a time: a silent provider must not hold many requests
};

}  // namespace sessioncore::server
