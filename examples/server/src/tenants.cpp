#include "tenants.hpp"

#include <algorithm>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server {

Tenants::Tenants(std::vector<TenantConfig> tenants)
    : tenants_(std::move(tenants)), nobodys_(std::make_shared<const Policy>()) {
  for (const TenantConfig& tenant : tenants_) {
    by_id_[tenant.id] = &tenant;
    if (!tenant.unipile_account_id.empty()) by_account_[tenant.unipile_account_id] = &tenant;

    Policy policy = tenant.policy;
    const AgentConfig* agent = find_agent(tenant.id, tenant.agent_id);
    policy.agent = agent != nullptr && agent->active ? std::optional(agent->id) : std::nullopt;
    Policies& policies = policies_[tenant.id];
    policies.blacklist.insert(tenant.blacklisted_numbers.begin(), tenant.blacklisted_numbers.end());
    policies.usual = std::make_shared<const Policy>(policy);
    policy.blacklisted = true;
    policies.blacklisted = std::make_shared<const Policy>(policy);
  }
}

const TenantConfig* Tenants::find(const TenantId& id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second;
}

const TenantConfig* Tenants::of_account(const std::string& account) const {
  const auto at = by_account_.find(account);
  return at != by_account_.end() && has_feature(*at->second, kWhatsAppFeature) ? at->second : nullptr;
}

bool Tenants::has_feature(const TenantConfig& tenant, const std::string& feature) {
  return std::find(tenant.features.begin(), tenant.features.end(), feature) != tenant.features.end();
}

const AgentConfig* Tenants::find_agent(const TenantId& tenant, const AgentId& agent) const {
  const TenantConfig* config = find(tenant);
  if (config == nullptr) return nullptr;
  const auto at = std::find_if(config->agents.begin(), config->agents.end(),
                               [&](const AgentConfig& candidate) { return candidate.id == agent; });
  return at == config->agents.end() ? nullptr : &*at;
}

TenantId Tenants::owner_of_agent(const std::string& elevenlabs_agent_id) const {
  TenantId owner;
  for (const TenantConfig& tenant : tenants_) {
    const bool has = std::any_of(tenant.agents.begin(), tenant.agents.end(), [&](const AgentConfig& agent) {
      return agent.elevenlabs_agent_id == elevenlabs_agent_id;
    });
    if (has && !owner.empty()) return {};
    if (has) owner = tenant.id;
  }
  return owner;
}

std::shared_ptr<const Policy> Tenants::policy(const ChatFacts& chat) {
  const auto at = policies_.find(chat.key.tenant);
  if (at == policies_.end()) return nobodys_;
  const std::string phone = unipile::normalise_phone(chat.contact_phone);
  const bool blacklisted = !phone.empty() && at->second.blacklist.count(phone) > 0;
  return blacklisted ? at->second.blacklisted : at->second.usual;
}

}  // namespace sessioncore::server
