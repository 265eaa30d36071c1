#include "import/tenant_map.hpp"

#include "tenants.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server::importing {

TenantMap::TenantMap(const Config& config, const std::vector<sqlite::Tenant>& rows) : config_(config) {
  for (const auto& row : rows) names_[row.id] = row.name;
  for (const auto& tenant : config.tenants) names_[tenant.id] = tenant.name;
}

bool TenantMap::add(const TenantId& ours, const std::string& old_id) {
  if (names_.count(ours) == 0) return false;
  by_old_id_[old_id] = ours;
  return true;
}

std::optional<TenantId> TenantMap::add(const OldTenant& tenant) {
  if (const auto known = by_old_id_.find(tenant.id); known != by_old_id_.end()) return known->second;
  std::optional<TenantId> ours;
  if (names_.count(TenantId(tenant.id)) > 0) ours = TenantId(tenant.id);
  if (!ours) ours = of_account(tenant.account);
  for (const auto& [id, name] : names_) {
    if (!ours && name == tenant.name) ours = id;
  }
  if (ours) by_old_id_[tenant.id] = *ours;
  return ours;
}

void TenantMap::add_created(const sqlite::Tenant& tenant) {
  names_[tenant.id] = tenant.name;
  by_old_id_[tenant.id.value] = tenant.id;
}

std::optional<TenantId> TenantMap::of_chat(const OldChat& chat) const {
  if (const auto known = by_old_id_.find(chat.tenant); known != by_old_id_.end()) return known->second;
  if (names_.count(TenantId(chat.tenant)) > 0) return TenantId(chat.tenant);
  return std::nullopt;
}

const Policy& TenantMap::policy_of(const TenantId& tenant) const {
  const TenantConfig* config = configured(tenant);
  return config == nullptr ? nobodys_ : config->policy;
}

std::string TenantMap::about_agent(const TenantId& ours, const OldTenant& old) const {
  const TenantConfig* config = configured(ours);
  if (config == nullptr || !old.elevenlabs_agent_id) return "";
  const auto at = std::find_if(config->agents.begin(), config->agents.end(), [&](const AgentConfig& agent) {
    return agent.elevenlabs_agent_id == *old.elevenlabs_agent_id;
  });
  const std::string tenant = "tenant " + ours.value;
  if (at == config->agents.end())
    return tenant + " has no agent with the ElevenLabs id that was set; add it to its agents";
  if (config->agent_id == at->id) return "";
  if (!config->agent_id.empty()) return tenant + " keeps its agent " + config->agent_id.value;
  return tenant + ": set agent_id to " + at->id.value + ", the agent with the ElevenLabs id that was set";
}

const TenantConfig* TenantMap::configured(const TenantId& id) const {
  const auto at = std::find_if(config_.tenants.begin(), config_.tenants.end(),
                               [&](const TenantConfig& tenant) { return tenant.id == id; });
  return at == config_.tenants.end() ? nullptr : &*at;
}

std::optional<TenantId> TenantMap::of_account(const std::string& account) const {
  const auto at = std::find_if(config_.tenants.begin(), config_.tenants.end(), [&](const TenantConfig& tenant) {
    return !account.empty() && tenant.unipile_account_id == account;
  });
  return at == config_.tenants.end() ? std::nullopt : std::optional(at->id);
}

sqlite::Tenant created_tenant(const OldTenant& old, const std::vector<OldAgent>& agents) {
  using nlohmann::json;
  json listed = json::array();
  std::string answering = old.agent.value_or("");
  bool found = false;
  for (const OldAgent& agent : agents) {
    const bool its_own = agent.tenant == old.id || (agent.tenant.empty() && agent.id == old.agent);
    const bool by_old_name = !old.agent && old.elevenlabs_agent_id == agent.elevenlabs_agent_id;
    if (!its_own && !(agent.tenant.empty() && by_old_name)) continue;
    if (by_old_name && answering.empty()) answering = agent.id;
    found = found || agent.id == answering;
    listed.push_back({{"id", agent.id},
                      {"name", agent.name},
                      {"elevenlabs_agent_id", agent.elevenlabs_agent_id},
                      {"active", agent.active}});
  }
  json numbers = json::array();
  for (const auto& number : old.blacklisted_numbers) {
    const std::string normal = unipile::normalise_phone(number);
    if (!normal.empty()) numbers.push_back(normal);
  }
  json settings = {{"features", old.features}, {"agents", listed}, {"blacklisted_numbers", numbers}};
  if (!old.account.empty()) settings["unipile_account_id"] = old.account;
  if (found) settings["agent_id"] = answering;
  if (old.grace_seconds) {
    // S5 clamps it.
    settings["policy"] = {{"grace_period_seconds", std::clamp<std::int64_t>(*old.grace_seconds, 30, 1800)}};
  }
  sqlite::Tenant tenant;
  tenant.id = TenantId(old.id);
  tenant.name = old.name;
  tenant.settings = settings.dump();
  return tenant;
}

}  // namespace sessioncore::server::importing
