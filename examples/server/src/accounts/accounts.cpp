#include "accounts/accounts.hpp"

#include "accounts/account_state.hpp"
#include "log.hpp"

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

constexpr Duration kTellAgain(1000);
constexpr Duration kAskTimeout(10'000);

unipile::ClientOptions for_questions(unipile::ClientOptions options) {
  options.total_timeout = kAskTimeout;
  return options;
}

}  // namespace

Accounts::Accounts(const unipile::ClientOptions& client, const Config& config, const AccountsParts& parts)
    : tenants_(parts.tenants),
      clock_(parts.clock),
      states_(parts.tenants, parts.notifications, parts.clock,
              [this](const TenantId& tenant, AccountState state) { changed(tenant, state); }),
      news_(config.database, parts.runtime, parts.tenants),
      watch_(for_questions(client), parts.tenants, states_, config.unipile.account_poll),
      reconciler_({client, config.database, config.unipile.reconcile_max}, parts.runtime, parts.tenants, parts.clock),
      catching_up_(parts.tenants, parts.clock, config.unipile.reconcile_wait),
      refused_sends_([this](const TenantId& tenant) { asking_.request(tenant); }),
      connections_(client, parts.tenants, states_, parts.clock, [this](const TenantId& tenant) { concerned(tenant); }),
      telling_([this](const TenantId& tenant) { return tell(tenant); }),
      asking_([this](const TenantId& tenant) { return watch_.check(tenant); }),
      reconciling_([this](const TenantId& tenant) { return reconcile(tenant); }) {}

void Accounts::start() {
  catching_up_.begin_again();
  for (const auto& tenant : tenants_.all()) {
    telling_.request(tenant->id);
    reconciling_.request(tenant->id);
    if (account_state(*tenant) == AccountState::disconnected) asking_.request(tenant->id);
  }
  telling_.start();
  asking_.start();
  reconciling_.start();
}

void Accounts::stop() {
  stopping_ = true;
  connections_.stop();
  watch_.stop();
  reconciler_.stop();
  reconciling_.stop();
  asking_.stop();
  telling_.stop();
}

std::optional<Duration> Accounts::tell(const TenantId& tenant) {
  const auto catching_up = catching_up_.look(tenant);
  const auto told = news_.tell(tenant, [this] { return telling_.stopping(); });
  if (told) return catching_up;
  log::warn("account.not_told", {{"tenant", tenant.value}, {"detail", told.error().detail}});
  return kTellAgain;
}

std::optional<Duration> Accounts::reconcile(const TenantId& tenant) {
  const Instant begun = clock_.now();
  const auto again = reconciler_.run(tenant);
  if (!again && !stopping_ && catching_up_.finished(tenant, begun)) telling_.request(tenant);
  return again;
}

bool Accounts::take(const unipile::AccountStatusWebhook& status) {
  const auto tenant = tenants_.of_account(status.account_id);
  if (tenant == nullptr || !states_.report(status.account_id, status.status)) return false;
  // Also when it was thought to be connected all along: then the news of its loss is among what was missed.
  if (unipile::connectivity(status.status) == unipile::Connectivity::connected) reconciling_.request(tenant->id);
  return true;
}

void Accounts::changed(const TenantId& tenant, AccountState state) {
  telling_.request(tenant);
  // Connected: for the number; disconnected: until it is back.
  asking_.request(tenant, state == AccountState::connected ? Duration(0) : kTellAgain);
  if (state == AccountState::connected) reconciling_.request(tenant);
}

void Accounts::concerned(const TenantId& tenant) {
  telling_.request(tenant);
  asking_.request(tenant, kTellAgain);
}

}  // namespace sessioncore::server
