#include "tenants.hpp"

#include "config/features.hpp"
#include "config/tenant_changes.hpp"
#include "config/tenant_reader.hpp"
#include "http/reply.hpp"
#include "log.hpp"
#include "must.hpp"

#include <algorithm>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server {

namespace {

constexpr const char* kNoDescription = "{}";

const AgentConfig* agent_of(const TenantConfig& tenant, const AgentId& id) {
  const auto at = std::find_if(tenant.agents.begin(), tenant.agents.end(),
                               [&](const AgentConfig& candidate) { return candidate.id == id; });
  return at == tenant.agents.end() ? nullptr : &*at;
}

}  // namespace

Tenants::Tenants(std::unique_ptr<sqlite::SqliteUsers> table, const Config& config) : table_(std::move(table)) {
  load(config);
}

std::shared_ptr<const Tenants::Directory> Tenants::directory() const {
  const std::lock_guard lock(reading_);
  return directory_;
}

std::shared_ptr<const TenantConfig> Tenants::find(const TenantId& id) const {
  const auto now = directory();
  const auto at = now->by_id.find(id);
  return at == now->by_id.end() ? nullptr : at->second.tenant;
}

std::shared_ptr<const TenantConfig> Tenants::get(const TenantId& id) const {
  auto tenant = find(id);
  if (tenant == nullptr) throw not_found("there is no such tenant");
  return tenant;
}

std::shared_ptr<const TenantConfig> Tenants::of_account(const std::string& account) const {
  const auto now = directory();
  const auto at = now->by_account.find(account);
  return at != now->by_account.end() && has_feature(*at->second, kWhatsAppFeature) ? at->second : nullptr;
}

bool Tenants::has_feature(const TenantConfig& tenant, const std::string& feature) {
  return std::find(tenant.features.begin(), tenant.features.end(), feature) != tenant.features.end();
}

std::shared_ptr<const AgentConfig> Tenants::find_agent(const TenantId& tenant, const AgentId& agent) const {
  const auto owner = find(tenant);
  const AgentConfig* found = owner == nullptr ? nullptr : agent_of(*owner, agent);
  return found == nullptr ? nullptr : std::shared_ptr<const AgentConfig>(owner, found);
}

std::vector<std::shared_ptr<const TenantConfig>> Tenants::all() const {
  std::vector<std::shared_ptr<const TenantConfig>> tenants;
  for (const auto& [id, entry] : directory()->by_id) tenants.push_back(entry.tenant);
  return tenants;
}

TenantId Tenants::owner_of_agent(const std::string& elevenlabs_agent_id) const {
  TenantId owner;
  for (const auto& tenant : all()) {
    const bool has = std::any_of(tenant->agents.begin(), tenant->agents.end(), [&](const AgentConfig& agent) {
      return agent.elevenlabs_agent_id == elevenlabs_agent_id;
    });
    if (has && !owner.empty()) return {};
    if (has) owner = tenant->id;
  }
  return owner;
}

std::shared_ptr<const Policy> Tenants::policy(const ChatFacts& chat) {
  const auto now = directory();
  const auto at = now->by_id.find(chat.key.tenant);
  if (at == now->by_id.end()) return nobodys_;
  return at->second.policies.of(chat, catching_up_.holds(chat.key.tenant));
}

void Tenants::load(const Config& config) {
  const std::lock_guard lock(writing_);
  Sources sources;
  sources.defaults = config.tenant_defaults;
  for (const TenantConfig& tenant : config.tenants) {
    sources.file.emplace(tenant.id, tenant);
    for (const std::string& feature : tenant.features) {
      if (is_known_feature(feature)) continue;
      log::warn("tenant.unknown_feature",
                {{"tenant", tenant.id.value}, {"feature", feature}, {"known", known_features()}});
    }
    (void)must(table_->create_tenant_if_absent({tenant.id, tenant.name, kNoDescription}));
  }
  sources.rows = must(table_->tenants());
  auto made = made_of(sources);
  publish(std::move(sources), std::move(made));
}

bool Tenants::refresh() {
  const std::lock_guard lock(writing_);
  auto rows = must(table_->tenants());
  if (rows == sources_.rows) return false;
  Sources sources = sources_;
  sources.rows = std::move(rows);
  auto made = made_of(sources);
  publish(std::move(sources), std::move(made));
  return true;
}

void Tenants::change(const TenantId& id, const std::function<void(TenantSettings&)>& change_it) {
  const std::lock_guard lock(writing_);
  const auto tenant = get(id);
  TenantSettings settings = *tenant;
  change_it(settings);
  check(*tenant, settings);

  Sources sources = sources_;
  const auto row = std::find_if(sources.rows.begin(), sources.rows.end(),
                                [&](const sqlite::Tenant& candidate) { return candidate.id == id; });
  const std::string changes = add_changes(id, row->changes, *tenant, settings);
  if (changes == row->changes) return;
  row->changes = changes;
  auto made = made_of(sources);
  if (const auto stored = table_->set_tenant_changes(id, changes); !stored) {
    log::warn("tenant.not_stored", {{"tenant", id.value}, {"detail", stored.error().detail}});
    throw unavailable("not stored, try again");
  }
  publish(std::move(sources), std::move(made));
}

/// Also brings the numbers into the one form in which they are compared.
void Tenants::check(const TenantConfig& tenant, TenantSettings& settings) const {
  for (std::string& number : settings.blacklisted_numbers) {
    number = unipile::normalise_phone(number);
    if (number.empty()) throw bad_request("blacklisted_numbers: holds a text that is no phone number");
  }
  const bool other_agent = settings.agent_id != tenant.agent_id;
  if (other_agent && !settings.agent_id.empty() && agent_of(tenant, settings.agent_id) == nullptr) {
    throw bad_request("agent_id: is none of this tenant's agents");
  }
  const auto now = directory();
  const auto owner = now->by_account.find(settings.unipile_account_id);
  if (owner != now->by_account.end() && owner->second->id != tenant.id) {
    throw HttpError(409, kAccountInUse, "unipile_account_id: another tenant has this account");
  }
}

/// Empty: a tenant that was in the file once and is described nowhere now.
std::optional<TenantConfig> Tenants::described(const Sources& sources, const sqlite::Tenant& row) {
  if (const auto at = sources.file.find(row.id); at != sources.file.end()) return at->second;
  if (row.settings == kNoDescription) return std::nullopt;
  return parse_tenant(row.id, row.name, row.settings, sources.defaults);
}

std::map<TenantId, DescribedTenant> Tenants::settled(const Sources& sources) {
  std::map<TenantId, DescribedTenant> tenants;
  for (const sqlite::Tenant& row : sources.rows) {
    auto tenant = described(sources, row);
    if (!tenant) continue;
    apply_changes(row.changes, *tenant);
    tenants.emplace(row.id, DescribedTenant{std::move(*tenant), sets_account(row.id, row.changes)});
  }
  for (const TakenAccount& taken : settle_accounts(tenants)) {
    log::warn("tenant.account_taken",
              {{"tenant", taken.tenant.value}, {"account", taken.account}, {"owner", taken.owner.value}});
  }
  return tenants;
}

std::shared_ptr<const Tenants::Directory> Tenants::made_of(const Sources& sources) const {
  const auto former = directory();
  auto made = std::make_shared<Directory>();
  for (auto& [id, described] : settled(sources)) {
    const auto before = former->by_id.find(id);
    TenantPolicies policies(described.config, before == former->by_id.end() ? nullptr : &before->second.policies);
    const auto tenant = std::make_shared<const TenantConfig>(std::move(described.config));
    if (!tenant->unipile_account_id.empty()) made->by_account.emplace(tenant->unipile_account_id, tenant);
    made->by_id.emplace(id, Entry{tenant, std::move(policies)});
  }
  return made;
}

void Tenants::publish(Sources sources, std::shared_ptr<const Directory> made) {
  sources_ = std::move(sources);
  const std::lock_guard lock(reading_);
  directory_ = std::move(made);
}

}  // namespace sessioncore::server
