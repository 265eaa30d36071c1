/// Everything that keeps the tenants' accounts and their chats in step, put together: what is reported, what is asked
/// for, what was missed.
///
/// Threads in the background: one tells chats, one asks the provider, some look for missed messages, one says when.
/// None of them holds up a request or a webhook. Thread rule: `start` and `stop` by the owner, the rest from any
/// thread.
#pragma once

#include "accounts/account_news.hpp"
#include "accounts/account_states.hpp"
#include "accounts/account_watch.hpp"
#include "accounts/connections.hpp"
#include "accounts/refused_sends.hpp"
#include "accounts/searches.hpp"
#include "accounts/tenant_worker.hpp"

#include <atomic>
#include <optional>

namespace sessioncore::unipile {
struct AccountStatusWebhook;
}

namespace sessioncore::server {

struct AccountsParts {
  Runtime& runtime;
  Tenants& tenants;
  Notifications& notifications;
  Clock& clock;
};

class Accounts {
 public:
  Accounts(const unipile::ClientOptions& client, const Config& config, const AccountsParts& parts);

  /// Before the engine starts: nothing that is overdue happens before what was missed is read (ADR 0144).
  void listen_first();
  /// Looks after what a former run left, and for what was missed meanwhile.
  void start();
  void stop();

  /// Told of each commit of the engine. Deliveries that were refused while they failed may never be made again: what
  /// was missed is looked for (ADR 0151). Does not block; any thread, also before `start` and after `stop`.
  void stored(bool ok);
  /// False: no tenant has this account. Throws `HttpError` 503 if it could not be stored.
  bool take(const unipile::AccountStatusWebhook& status);
  [[nodiscard]] Connections& connections() { return connections_; }
  [[nodiscard]] EventSink& refused_sends() { return refused_sends_; }

 private:
  void changed(const TenantId& tenant, AccountState state);
  void concerned(const TenantId& tenant);
  [[nodiscard]] std::optional<Duration> tell(const TenantId& tenant);
  /// For all tenants. How long until it is due again; empty: only when asked.
  [[nodiscard]] std::optional<Duration> look_for_missed();
  void heard_out(const TenantId& tenant, Instant begun);

  Tenants& tenants_;
  Clock& clock_;
  AccountStates states_;
  AccountNews news_;
  AccountWatch watch_;
  Searches searches_;
  const Duration wait_for_search_;
  const Duration search_every_;
  RefusedSends refused_sends_;
  Connections connections_;
  TenantWorker telling_;
  TenantWorker asking_;
  TenantWorker looking_;  ///< for all tenants at once, under an empty id
  std::atomic<bool> store_ok_{true};
};

}  // namespace sessioncore::server
