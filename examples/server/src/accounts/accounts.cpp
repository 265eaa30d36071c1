#include "accounts/accounts.hpp"

#include "accounts/account_state.hpp"
#include "log.hpp"

#include <algorithm>
#include <iterator>

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

constexpr Duration kTellAgain(1000);
constexpr Duration kAskTimeout(10'000);
/// Not sooner after the store began or ended to fail: where it does both again and again, each time means a listing.
constexpr Duration kSettle(5000);
/// Over which the searches of all tenants are spread.
constexpr Duration kSpread(30'000);

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
      searches_({client, config.database, config.unipile.reconcile_max}, parts.runtime, parts.tenants, parts.clock,
                [this](const TenantId& tenant, Instant begun) { heard_out(tenant, begun); }),
      wait_for_search_(config.unipile.reconcile_wait),
      search_every_(config.unipile.reconcile_every),
      refused_sends_([this](const TenantId& tenant) { asking_.request(tenant); }),
      connections_(client, parts.tenants, states_, parts.clock, [this](const TenantId& tenant) { concerned(tenant); }),
      telling_([this](const TenantId& tenant) { return tell(tenant); }),
      asking_([this](const TenantId& tenant) { return watch_.check(tenant); }),
      looking_([this](const TenantId&) { return look_for_missed(); }) {}

void Accounts::listen_first() {
  const Instant now = clock_.now();
  for (const auto& tenant : tenants_.all()) {
    if (searches_.concern(*tenant)) tenants_.catching_up().begin(tenant->id, now);
  }
}

void Accounts::start() {
  listen_first();  // the time counts from now: the engine may have taken long to start
  for (const auto& tenant : tenants_.all()) {
    telling_.request(tenant->id);
    searches_.request(tenant->id);
    if (account_state(*tenant) == AccountState::disconnected) asking_.request(tenant->id);
  }
  telling_.start();
  asking_.start();
  searches_.start();
  if (search_every_ > Duration(0)) looking_.request(TenantId(), search_every_);
  looking_.start();
}

void Accounts::stop() {
  connections_.stop();
  watch_.stop();
  looking_.stop();
  searches_.stop();
  asking_.stop();
  telling_.stop();
}

std::optional<Duration> Accounts::tell(const TenantId& tenant) {
  const auto catching_up = tenants_.catching_up().look(tenant, clock_.now(), wait_for_search_);
  const auto told = news_.tell(tenant, [this] { return telling_.stopping(); });
  if (told) return catching_up;
  log::warn("account.not_told", {{"tenant", tenant.value}, {"detail", told.error().detail}});
  return kTellAgain;
}

/// No account says less meanwhile than usual: an idle one would fall silent every few minutes for nothing. One after
/// the other, so that an account that comes back waits behind few.
std::optional<Duration> Accounts::look_for_missed() {
  const auto tenants = tenants_.all();
  const Duration apart = std::min(search_every_, kSpread) / std::max<std::int64_t>(1, std::ssize(tenants));
  Duration after(0);
  for (const auto& tenant : tenants) {
    searches_.request(tenant->id, after);
    after += apart;
  }
  return search_every_ > Duration(0) ? std::optional(search_every_) : std::nullopt;
}

/// A search that begins while nothing can be stored goes on until it can. One that fits into the rest of a full disk is
/// over too early, hence another one when commits succeed again.
void Accounts::stored(bool ok) {
  if (store_ok_.exchange(ok) != ok) looking_.request(TenantId(), kSettle);
}

void Accounts::heard_out(const TenantId& tenant, Instant begun) {
  if (tenants_.catching_up().finished(tenant, begun)) telling_.request(tenant);
}

bool Accounts::take(const unipile::AccountStatusWebhook& status) {
  const auto tenant = tenants_.of_account(status.account_id);
  if (tenant == nullptr || !states_.report(status.account_id, status.status)) return false;
  // Also when it was thought to be connected all along: then the news of its loss is among what was missed.
  if (unipile::connectivity(status.status) == unipile::Connectivity::connected) {
    searches_.request(tenant->id);
    telling_.request(tenant->id);
  }
  return true;
}

void Accounts::changed(const TenantId& tenant, AccountState state) {
  telling_.request(tenant);
  // Connected: for the number; disconnected: until it is back.
  asking_.request(tenant, state == AccountState::connected ? Duration(0) : kTellAgain);
  if (state == AccountState::connected) searches_.request(tenant);
}

void Accounts::concerned(const TenantId& tenant) {
  telling_.request(tenant);
  asking_.request(tenant, kTellAgain);
}

}  // namespace sessioncore::server
