#include "config/tenant_changes.hpp"

#include "config/account_owners.hpp"
#include "config/stored_json.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr const char* kAccount = "unipile_account_id";
constexpr const char* kStateOf = "account_state_of";  // the account that the next four are about
constexpr const char* kStatus = "unipile_account_status";
constexpr const char* kPhone = "connected_phone";
constexpr const char* kConnectedAt = "connected_at_ms";
constexpr const char* kReconciledUntil = "reconciled_until_ms";
constexpr const char* kSwitchedOff = "switched_off";
constexpr const char* kSwitchedOnAt = "switched_on_at_ms";
constexpr const char* kAgent = "agent_id";
constexpr const char* kGrace = "grace_period_seconds";
constexpr const char* kBlacklist = "blacklisted_numbers";
constexpr std::uint64_t kLatestMs = 1ULL << 52;  // exact as a JSON number

std::int64_t ms_of(const std::optional<Instant>& at) {
  return at ? at->ms : 0;
}

std::optional<Instant> read_instant(ObjectReader& reader, const char* key, const std::optional<Instant>& usual) {
  const auto at = reader.number(key, static_cast<std::uint64_t>(ms_of(usual)), 0, kLatestMs);
  return at == 0 ? std::nullopt : std::optional(Instant{static_cast<std::int64_t>(at)});
}

void read_account_state(ObjectReader& reader, TenantSettings& settings) {
  const std::string account = reader.text(kStateOf, settings.unipile_account_id);
  settings.unipile_account_status = reader.text(kStatus, settings.unipile_account_status);
  settings.connected_phone = reader.text(kPhone, settings.connected_phone);
  settings.connected_at = read_instant(reader, kConnectedAt, settings.connected_at);
  settings.reconciled_until = read_instant(reader, kReconciledUntil, settings.reconciled_until);
  if (account != settings.unipile_account_id) clear_account_state(settings);
}

void read_changes(ObjectReader& reader, TenantSettings& settings) {
  settings.unipile_account_id = reader.text(kAccount, settings.unipile_account_id);
  read_account_state(reader, settings);
  settings.agent_id = AgentId(reader.text(kAgent, settings.agent_id.value));
  settings.grace_period = reader.seconds(kGrace, settings.grace_period);
  settings.switched_off = reader.flag(kSwitchedOff, settings.switched_off);
  settings.switched_on_at = read_instant(reader, kSwitchedOnAt, settings.switched_on_at);
  if (reader.has(kBlacklist)) settings.blacklisted_numbers = reader.texts(kBlacklist);
  reader.finish();
}

bool same_account_state(const TenantSettings& a, const TenantSettings& b) {
  return a.unipile_account_id == b.unipile_account_id && a.unipile_account_status == b.unipile_account_status &&
         a.connected_phone == b.connected_phone && a.connected_at == b.connected_at &&
         a.reconciled_until == b.reconciled_until;
}

/// All of it at once: none of what is said of one account must stay beside what is said of another.
void set_account_state(json& document, const TenantSettings& settings) {
  document[kStateOf] = settings.unipile_account_id;
  document[kStatus] = settings.unipile_account_status;
  document[kPhone] = settings.connected_phone;
  document[kConnectedAt] = ms_of(settings.connected_at);
  document[kReconciledUntil] = ms_of(settings.reconciled_until);
}

}  // namespace

void apply_changes(const std::string& changes, TenantConfig& tenant) {
  const std::string path = stored_path(tenant.id, "changes");
  const json document = parse_stored(changes, path);
  const ReaderContext context = nothing_around();
  ObjectReader reader(document, path, context);
  read_changes(reader, tenant);
  tenant.policy.grace_period = tenant.grace_period;
}

bool sets_account(const TenantId& id, const std::string& changes) {
  return parse_stored(changes, stored_path(id, "changes")).contains(kAccount);
}

std::string add_changes(const TenantId& id, const std::string& changes, const TenantSettings& before,
                        const TenantSettings& after) {
  json document = parse_stored(changes, stored_path(id, "changes"));
  const auto set = [&](const char* key, const auto& old_value, const auto& new_value) {
    if (old_value != new_value) document[key] = new_value;
  };
  set(kAccount, before.unipile_account_id, after.unipile_account_id);
  if (!same_account_state(before, after)) set_account_state(document, after);
  set(kSwitchedOff, before.switched_off, after.switched_off);
  set(kSwitchedOnAt, ms_of(before.switched_on_at), ms_of(after.switched_on_at));
  set(kAgent, before.agent_id.value, after.agent_id.value);
  set(kGrace, static_cast<double>(before.grace_period.count()) / 1000.0,
      static_cast<double>(after.grace_period.count()) / 1000.0);
  set(kBlacklist, before.blacklisted_numbers, after.blacklisted_numbers);
  return document.dump();
}

}  // namespace sessioncore::server
