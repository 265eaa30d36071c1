#include "import/tenant_map.hpp"

#include "config/account_owners.hpp"
#include "config/tenant_changes.hpp"
#include "config/tenant_reader.hpp"

#include <algorithm>

namespace sessioncore::server::importing {

namespace {

constexpr const char* kNoDescription = "{}";

}  // namespace

TenantMap::TenantMap(const Config& config, const std::vector<sqlite::Tenant>& rows) : config_(config) {
  for (const auto& tenant : config.tenants) {
    names_[tenant.id] = tenant.name;
    described_[tenant.id] = tenant;
  }
  for (const auto& row : rows) {
    names_.emplace(row.id, row.name);
    if (described_.count(row.id) == 0 && row.settings != kNoDescription) {
      described_[row.id] = parse_tenant(row.id, row.name, row.settings, config.tenant_defaults);
    }
    set_changes(row.id, row.changes);
  }
  leave_accounts_to_owners();
}

/// As the server does: a tenant whose description names another one's account is not the one that had it.
void TenantMap::leave_accounts_to_owners() {
  std::map<TenantId, DescribedTenant> tenants;
  for (const auto& [id, tenant] : described_) tenants[id] = {tenant, sets_account(id, changes_of(id))};
  (void)settle_accounts(tenants);
  for (auto& [id, tenant] : tenants) described_[id] = std::move(tenant.config);
}

void TenantMap::assign(const TenantId& ours, const std::string& old_id) {
  if (names_.count(ours) == 0) throw ConfigError("--tenant: there is no tenant " + ours.value);
  const auto [of_old, first_old] = by_old_id_.emplace(old_id, ours);
  if (!first_old && of_old->second != ours) {
    throw ConfigError("--tenant: " + old_id + " cannot be both " + of_old->second.value + " and " + ours.value);
  }
  const auto [of_ours, first_ours] = by_ours_.emplace(ours, old_id);
  if (!first_ours && of_ours->second != old_id) {
    throw ConfigError("--tenant: " + ours.value + " cannot be both " + of_ours->second + " and " + old_id);
  }
  assigned_.insert(ours);
}

void TenantMap::match(const std::vector<OnLine<OldTenant>>& tenants) {
  std::map<std::string, std::size_t> names;
  for (const auto& [line, tenant] : tenants) {
    old_names_[tenant.id] = tenant.name;
    ++names[tenant.name];
  }
  for (const auto& [line, tenant] : tenants) {
    const bool same_id = names_.count(TenantId(tenant.id)) > 0;
    set(tenant, same_id ? std::optional(TenantId(tenant.id)) : of_account(tenant.account));
  }
  for (const auto& [line, tenant] : tenants) {
    if (names[tenant.name] == 1) set(tenant, of_name(tenant.name));
  }
}

void TenantMap::set(const OldTenant& old, const std::optional<TenantId>& ours) {
  // What was said on the command line wins over what documents look like.
  if (!ours || by_old_id_.count(old.id) > 0 || assigned_.count(*ours) > 0) return;
  const auto [at, first] = by_ours_.emplace(*ours, old.id);
  if (!first) {
    throw ConfigError("the old tenants " + called(at->second) + " and " + called(old.id) +
                      " would both be our tenant " + ours->value + "; say which of them it is with --tenant " +
                      ours->value + "=OLDID");
  }
  by_old_id_[old.id] = *ours;
}

void TenantMap::add_created(const sqlite::Tenant& tenant) {
  names_[tenant.id] = tenant.name;
  described_[tenant.id] = parse_tenant(tenant.id, tenant.name, tenant.settings, config_.tenant_defaults);
  by_old_id_[tenant.id.value] = tenant.id;
  by_ours_[tenant.id] = tenant.id.value;
}

std::optional<TenantId> TenantMap::find(const std::string& old_id) const {
  if (const auto known = by_old_id_.find(old_id); known != by_old_id_.end()) return known->second;
  const TenantId same(old_id);
  if (names_.count(same) > 0 && by_ours_.count(same) == 0) return same;
  return std::nullopt;
}

bool TenantMap::is_ambiguous(const OldTenant& tenant) const {
  return names_.count(TenantId(tenant.id)) > 0 || std::any_of(names_.begin(), names_.end(), [&](const auto& ours) {
           return ours.second == tenant.name && by_ours_.count(ours.first) == 0;
         });
}

const TenantConfig* TenantMap::described(const TenantId& ours) const {
  const auto at = described_.find(ours);
  return at == described_.end() ? nullptr : &at->second;
}

std::string TenantMap::changes_of(const TenantId& ours) const {
  const auto at = changes_.find(ours);
  return at == changes_.end() ? kNoDescription : at->second;
}

void TenantMap::set_changes(const TenantId& ours, const std::string& changes) {
  changes_[ours] = changes;
  if (const auto at = described_.find(ours); at != described_.end()) apply_changes(changes, at->second);
}

bool TenantMap::any(const std::function<bool(const TenantConfig&)>& like) const {
  return std::any_of(described_.begin(), described_.end(), [&](const auto& tenant) { return like(tenant.second); });
}

const Policy& TenantMap::policy_of(const TenantId& ours) const {
  const TenantConfig* tenant = described(ours);
  return tenant == nullptr ? nobodys_ : tenant->policy;
}

std::optional<TenantId> TenantMap::of_account(const std::string& account) const {
  const auto at = std::find_if(described_.begin(), described_.end(), [&](const auto& tenant) {
    return !account.empty() && tenant.second.unipile_account_id == account;
  });
  return at == described_.end() ? std::nullopt : std::optional(at->first);
}

/// Of those that are no old tenant yet.
std::optional<TenantId> TenantMap::of_name(const std::string& name) const {
  std::optional<TenantId> found;
  for (const auto& [id, its_name] : names_) {
    if (its_name != name || by_ours_.count(id) > 0) continue;
    if (found) return std::nullopt;
    found = id;
  }
  return found;
}

std::string TenantMap::old_name(const std::string& old_id) const {
  const auto name = old_names_.find(old_id);
  return name == old_names_.end() ? "" : name->second;
}

std::string TenantMap::called(const std::string& old_id) const {
  const std::string name = old_name(old_id);
  return name.empty() ? old_id : old_id + " (\"" + name + "\")";
}

}  // namespace sessioncore::server::importing
