#include "import/created_tenant.hpp"

#include "import/settings.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::server::importing {

using nlohmann::json;

namespace {

/// A tenant without its agent is never answered for by the AI.
std::vector<std::string> notes_of_missing_agent(const OldTenant& old, const std::vector<OldAgent>& agents) {
  const std::string has_none = "; the tenant was created without an agent";
  if (old.agent) {
    const bool exists =
        std::any_of(agents.begin(), agents.end(), [&](const auto& one) { return one.id == *old.agent; });
    return {std::string("agent_id: ") + (exists ? "belongs to another tenant" : "no such agent in the export") +
            has_none};
  }
  if (old.elevenlabs_agent_id) return {"elevenlabs_agent_id: is that of no agent in the export" + has_none};
  return {};
}

/// Its own ones, and those of nobody that it refers to.
void add_agents(const OldTenant& old, const std::vector<OldAgent>& agents, json& settings, CreatedTenant& created) {
  settings["agents"] = json::array();
  std::string answering = old.agent.value_or("");
  bool found = false;
  for (const OldAgent& agent : agents) {
    const bool its_own = agent.tenant == old.id || (agent.tenant.empty() && agent.id == old.agent);
    const bool by_old_name = !old.agent && old.elevenlabs_agent_id == agent.elevenlabs_agent_id;
    if (!its_own && !(agent.tenant.empty() && by_old_name)) continue;
    if (by_old_name && answering.empty()) answering = agent.id;
    found = found || agent.id == answering;
    if (!created.agents.insert(agent.id).second) continue;
    settings["agents"].push_back({{"id", agent.id},
                                  {"name", agent.name},
                                  {"elevenlabs_agent_id", agent.elevenlabs_agent_id},
                                  {"active", agent.active}});
  }
  if (found) settings["agent_id"] = answering;
  if (!found) created.notes = notes_of_missing_agent(old, agents);
}

}  // namespace

CreatedTenant created_tenant(const OldTenant& old, const std::vector<OldAgent>& agents,
                             const std::optional<TenantId>& account_owner) {
  CreatedTenant created;
  json settings = {{"features", old.features}, {"blacklisted_numbers", old.blacklisted_numbers}};
  add_agents(old, agents, settings, created);
  if (account_owner) {
    created.notes.push_back("unipile_account_id: the tenant " + account_owner->value +
                            " has this account; the tenant was created without an account");
  } else if (!old.account.empty()) {
    settings["unipile_account_id"] = old.account;
  }
  if (old.grace_seconds) {
    settings["policy"] = {{"grace_period_seconds", clamped_grace(*old.grace_seconds, created.notes)}};
  }
  created.tenant.id = TenantId(old.id);
  created.tenant.name = old.name;
  created.tenant.settings = settings.dump();
  return created;
}

}  // namespace sessioncore::server::importing
