#include "accounts/connections.hpp"

#include "accounts/account_state.hpp"
#include "http/reply.hpp"
#include "log.hpp"

#include <algorithm>

namespace sessioncore::server {

namespace {

constexpr Duration kAskTimeout(5000);
constexpr Duration kWaitForAnother(2000);  // somebody else's question is being answered
constexpr const char* kNoAccount = "disconnected";
constexpr const char* kUnknown = "unknown";
constexpr const char* kWebhookName = "sessiond";

unipile::ClientOptions with_timeout(unipile::ClientOptions options, Duration timeout) {
  options.total_timeout = timeout;
  return options;
}

HttpError refused(const char* what, const Error& error) {
  log::warn("unipile.refused", {{"what", what}, {"detail", error.detail}});
  return unavailable(std::string("the provider could not ") + what + ": " + error.detail);
}

bool covers(const unipile::RegisteredWebhook& webhook, const unipile::WebhookRegistration& registration) {
  return webhook.source == registration.source && webhook.request_url == registration.request_url &&
         webhook.account_ids == registration.account_ids;
}

}  // namespace

Connections::Connections(const unipile::ClientOptions& options, Tenants& tenants, AccountStates& states, Clock& clock,
                         std::function<void(const TenantId&)> concerned)
    : managing_(options),
      asking_(with_timeout(options, kAskTimeout)),
      tenants_(tenants),
      states_(states),
      clock_(clock),
      concerned_(std::move(concerned)) {}

void Connections::stop() {
  managing_.stop();
  asking_.stop();
}

std::shared_ptr<std::mutex> Connections::turn_of(const TenantId& tenant) {
  const std::lock_guard lock(turns_mutex_);
  auto& turn = turns_[tenant];
  if (turn == nullptr) turn = std::make_shared<std::mutex>();
  return turn;
}

ConnectAnswer Connections::connect(const TenantId& id) {
  const auto turn = turn_of(id);
  const std::lock_guard lock(*turn);
  const auto tenant = tenants_.get(id);
  const auto connected = [&] { return account_state(*tenants_.get(id)) == AccountState::connected; };
  const std::string& known = tenant->unipile_account_id;
  // To reconnect what works would interrupt it.
  if (!known.empty() && connected()) {
    if (!ask(*tenant)) throw unavailable("the provider did not say how the account is, try again");
    if (connected()) return {known, {}, {}, true};
  }
  const auto step = begin(*tenant);
  keep(*tenant, step);
  const auto kept = tenants_.get(id);
  if (step.checkpoint.empty() && !ask(*kept)) {
    (void)states_.report(step.account_id, unipile::AccountStatus::reconnected);
  }
  concerned_(id);
  log::info("account.connect", {{"tenant", id.value}, {"account", step.account_id}, {"checkpoint", step.checkpoint}});
  return {step.account_id, step.checkpoint, step.qr_code, connected()};
}

unipile::ConnectStep Connections::begin(const TenantConfig& tenant) {
  if (!tenant.unipile_account_id.empty()) {
    auto again = managing_.reconnect(tenant.unipile_account_id);
    if (again) return *again;
    if (again.error().code != ErrorCode::not_found) throw refused("reconnect the account", again.error());
  }
  auto made = managing_.connect();
  if (!made) throw refused("make an account", made.error());
  return *made;
}

void Connections::keep(const TenantConfig& tenant, const unipile::ConnectStep& step) {
  const Instant now = clock_.now();
  const bool made = step.account_id != tenant.unipile_account_id;
  try {
    tenants_.change(tenant.id, [&](TenantSettings& settings) {
      if (made) {
        clear_account(settings);
        settings.unipile_account_id = step.account_id;
        settings.reconciled_until = now;  // the account's earlier history is nobody's unanswered question
      }
      // Without a step that is left to do, a known account's state is what the provider says next.
      if (made || !step.checkpoint.empty()) settings.unipile_account_status = kPending;
    });
  } catch (const std::exception& error) {
    const auto* refusal = dynamic_cast<const HttpError*>(&error);
    // Another tenant's account is not ours to remove, whyever the provider named it.
    const bool is_anothers = refusal != nullptr && refusal->code == kAccountInUse;
    if (made && !is_anothers) undo(tenant, step.account_id);
    throw;
  }
}

/// An account that nobody knows of would be paid for and would take messages from nobody.
void Connections::undo(const TenantConfig& tenant, const std::string& account) {
  const auto removed = managing_.remove(account);
  log::warn("account.not_kept", {{"tenant", tenant.id.value},
                                 {"account", account},
                                 {"removed", removed ? "yes" : "no: " + removed.error().detail}});
}

/// Keeps what the provider says about the account. Throws only if that cannot be stored.
bool Connections::ask(const TenantConfig& tenant) {
  const std::unique_lock lock(questions_, kWaitForAnother);
  if (!lock) return false;
  const auto known = states_.ask(asking_, tenant.unipile_account_id);
  if (!known) log::warn("account.not_asked", {{"tenant", tenant.id.value}, {"detail", known.error().detail}});
  return known.value_or(false);
}

ConnectionAnswer Connections::status(const TenantId& id) {
  const auto tenant = tenants_.get(id);
  if (tenant->unipile_account_id.empty()) return {false, kNoAccount};
  (void)ask(*tenant);
  const auto now = tenants_.get(id);
  const std::string& known = now->unipile_account_status;
  if (now->unipile_account_id.empty()) return {false, kNoAccount};
  if (known.empty()) return {false, kUnknown};
  return {account_state(*now) == AccountState::connected, known};
}

void Connections::disconnect(const TenantId& id) {
  const auto turn = turn_of(id);
  const std::lock_guard lock(*turn);
  const auto tenant = tenants_.get(id);
  const std::string account = tenant->unipile_account_id;
  if (!account.empty()) {
    const auto removed = managing_.remove(account);
    if (!removed && removed.error().code != ErrorCode::not_found) throw refused("remove the account", removed.error());
  }
  tenants_.change(id, [&](TenantSettings& settings) {
    if (settings.unipile_account_id != account) return;  // another one was connected meanwhile
    clear_account(settings);
  });
  tenants_.catching_up().forget(id);
  log::info("account.removed", {{"tenant", id.value}, {"account", account}});
  concerned_(id);
}

std::vector<MadeWebhook> Connections::register_webhooks(const TenantId& id, const std::string& url,
                                                        const std::string& secret) {
  const auto tenant = tenants_.get(id);
  if (tenant->unipile_account_id.empty()) throw HttpError(409, "not_connected", "connect an account first");
  const auto known = managing_.webhooks();
  if (!known) throw refused("list the webhooks", known.error());
  std::vector<MadeWebhook> answers;
  for (const char* source : {"messaging", "account_status"}) {
    unipile::WebhookRegistration registration;
    registration.source = source;
    registration.request_url = url;
    registration.name = kWebhookName;
    registration.account_ids = {tenant->unipile_account_id};  // another tenant's messages are none of its business
    registration.secret = secret;
    const auto made = managing_.register_webhook(registration);
    if (!made) throw refused("register the webhook", made.error());
    answers.push_back({source, *made});
    // The new one first: a delivery that comes twice does no harm, one that is lost does.
    for (const auto& former : *known) {
      if (!covers(former, registration)) continue;
      const auto gone = managing_.remove_webhook(former.id);
      if (!gone && gone.error().code != ErrorCode::not_found) throw refused("remove a former webhook", gone.error());
    }
  }
  log::info("webhook.registered", {{"tenant", id.value}});
  return answers;
}

}  // namespace sessioncore::server
