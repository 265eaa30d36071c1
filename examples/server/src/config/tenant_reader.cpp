#include "config/tenant_reader.hpp"

#include "config/live_keys.hpp"
#include "config/policy_keys.hpp"
#include "config/stored_json.hpp"

#include <nlohmann/json.hpp>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server {

namespace {

AgentConfig read_agent(ObjectReader& reader) {
  AgentConfig agent;
  agent.id = AgentId(reader.required_text("id"));
  agent.name = reader.text("name", agent.id.value);
  agent.elevenlabs_agent_id = reader.required_text("elevenlabs_agent_id");
  agent.active = reader.flag("active", true);
  return agent;
}

void read_agents(ObjectReader& reader, TenantConfig& tenant) {
  std::set<AgentId> ids;
  reader.each("agents", [&](ObjectReader& agent) {
    tenant.agents.push_back(read_agent(agent));
    if (!ids.insert(tenant.agents.back().id).second) agent.fail("id", "is used twice in this tenant");
  });
  tenant.agent_id = AgentId(reader.text_or_null("agent_id"));
  if (!tenant.agent_id.empty() && ids.count(tenant.agent_id) == 0) {
    reader.fail("agent_id", "is none of this tenant's agents");
  }
}

/// As a contact's number, which always has its country code, such a number would never be found. Not asked of what is
/// stored already: the server has to start with that.
void check_country_codes(const ObjectReader& reader, const TenantConfig& tenant) {
  for (const std::string& number : tenant.blacklisted_numbers) {
    if (unipile::lacks_country_code(number)) {
      reader.fail("blacklisted_numbers", "holds a number without its country code (none begins with 0)");
    }
  }
}

/// Everything but id and name.
void read_description(ObjectReader& reader, TenantConfig& tenant) {
  tenant.features = reader.texts("features");
  tenant.unipile_account_id = reader.text_or_null("unipile_account_id");
  read_agents(reader, tenant);
  for (const auto& number : reader.texts("blacklisted_numbers")) {
    tenant.blacklisted_numbers.push_back(unipile::normalise_phone(number));
    if (tenant.blacklisted_numbers.back().empty())
      reader.fail("blacklisted_numbers", "holds a text that is no phone number");
  }
  reader.object("policy", [&](ObjectReader& policy) { read_tenant_policy(policy, tenant); });
  reader.object("notifications", [&](ObjectReader& part) { read_notifications(part, tenant.notifications); });
}

}  // namespace

void read_tenant_policy(ObjectReader& reader, TenantConfig& tenant) {
  tenant.message_preview_chars =
      static_cast<std::uint32_t>(reader.number("message_preview_chars", tenant.message_preview_chars, 1, 10'000));
  tenant.policy = read_policy_keys(reader, tenant.policy);
  tenant.grace_period = tenant.policy.grace_period;
}

TenantConfig read_named_tenant(ObjectReader& reader, TenantConfig base) {
  base.id = TenantId(reader.required_text("id"));
  base.name = reader.text("name", base.id.value);
  read_description(reader, base);
  check_country_codes(reader, base);
  return base;
}

TenantConfig parse_tenant(const TenantId& id, const std::string& name, const std::string& description,
                          const TenantConfig& base) {
  TenantConfig tenant = base;
  tenant.id = id;
  tenant.name = name;
  const nlohmann::json document = parse_stored(description, stored_path(id, "settings"));
  const ReaderContext context = nothing_around();
  ObjectReader reader(document, stored_path(id, "settings"), context);
  read_description(reader, tenant);
  reader.finish();
  return tenant;
}

}  // namespace sessioncore::server
