#include "accounts/account_states.hpp"

#include "accounts/account_state.hpp"
#include "log.hpp"

#include <sessioncore/unipile/accounts.hpp>
#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

constexpr int kOvertakenMax = 5;

}  // namespace

bool AccountStates::report(const std::string& account, unipile::AccountStatus status) {
  if (tenants_.of_account(account) == nullptr) return false;
  return take(account, status, {}, Source::report, std::nullopt).value_or(false);
}

AccountStates::Reports AccountStates::reports_of(const std::string& account) {
  const std::lock_guard lock(mutex_);
  const auto found = reports_.find(account);
  return found == reports_.end() ? 0 : found->second;
}

std::optional<bool> AccountStates::take(const std::string& account, unipile::AccountStatus status,
                                        const std::string& phone, Source source, std::optional<Reports> since) {
  const auto tenant = tenants_.of_account(account);
  if (tenant == nullptr) return false;
  const auto connectivity = unipile::connectivity(status);
  if (connectivity == unipile::Connectivity::unchanged) return true;
  const std::string word = status_word(status);
  const bool connected = connectivity == unipile::Connectivity::connected;
  const AccountState state = connected ? AccountState::connected : AccountState::disconnected;
  const Instant now = clock_.now();

  std::unique_lock lock(mutex_);
  // Counted where it is applied: an answer comes before all of a report, or after it.
  if (source == Source::report) ++reports_[account];
  if (since && reports_[account] != *since) return std::nullopt;
  const auto before = tenants_.find(tenant->id);
  if (before == nullptr || before->unipile_account_id != account) return false;
  const bool turned = account_state(*before) != state;
  // The alert first: should we end in between, the next report of the same state gives it again.
  if (turned) notifications_.account_changed(tenant->id, AccountId(account), connected, word, now);
  if (turned && connected) tenants_.catching_up().begin(tenant->id, now);
  tenants_.change(tenant->id, [&](TenantSettings& settings) {
    if (settings.unipile_account_id != account) return;
    settings.unipile_account_status = word;
    if (!connected) return;
    if (!phone.empty()) settings.connected_phone = phone;
    if (turned || !settings.connected_at) settings.connected_at = now;
  });
  if (!connected) tenants_.catching_up().forget(tenant->id);
  lock.unlock();
  if (!turned) return true;
  log::warn(connected ? "account.connected" : "account.disconnected",
            {{"tenant", tenant->id.value}, {"account", account}, {"status", word}});
  changed_(tenant->id, state);
  return true;
}

Result<bool> AccountStates::ask(unipile::UnipileAccounts& provider, const std::string& account) {
  for (int overtaken = 0;; ++overtaken) {
    const Reports since = reports_of(account);
    const auto found = provider.get(account);
    if (!found && found.error().code != ErrorCode::not_found) return found.error();
    const auto status = found ? found->status : unipile::AccountStatus::deleted;
    const auto limit = overtaken < kOvertakenMax ? std::optional(since) : std::nullopt;
    if (const auto known = take(account, status, found ? found->phone : "", Source::answer, limit)) return *known;
  }
}

}  // namespace sessioncore::server
