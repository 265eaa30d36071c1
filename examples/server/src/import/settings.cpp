#include "import/settings.hpp"

#include "config/stored_json.hpp"
#include "config/tenant_changes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::server::importing {

namespace {

// S5.
constexpr std::int64_t kGraceMin = 30;
constexpr std::int64_t kGraceMax = 1800;

void take_blacklist(const OldTenant& old, TenantSettings& settings, TakenOver& out) {
  std::vector<std::string>& numbers = settings.blacklisted_numbers;
  for (const std::string& number : old.blacklisted_numbers) {
    const bool known = std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    ++(known ? out.already_there : out.imported);
    if (!known) numbers.push_back(number);
  }
}

void take_grace(const OldTenant& old, bool changed_here, TenantSettings& settings, TakenOver& out) {
  if (!old.grace_seconds) return;
  const Duration grace = std::chrono::seconds(clamped_grace(*old.grace_seconds, out.notes));
  if (grace == settings.grace_period) {
    ++out.already_there;
  } else if (changed_here) {
    out.kept.emplace_back("grace_period_seconds: was changed here, which counts");
  } else {
    settings.grace_period = grace;
    ++out.imported;
  }
}

/// The ElevenLabs id of what answered for the tenant; empty if it had no agent, or one of somebody else's.
std::string answering(const OldTenant& old, const std::vector<OldAgent>& agents, TakenOver& out) {
  if (!old.agent) return old.elevenlabs_agent_id.value_or("");
  const auto at = std::find_if(agents.begin(), agents.end(), [&](const OldAgent& one) { return one.id == *old.agent; });
  if (at == agents.end()) return old.elevenlabs_agent_id.value_or("");
  if (at->tenant.empty() || at->tenant == old.id) return at->elevenlabs_agent_id;
  out.notes.emplace_back("agent_id: belongs to another tenant; not taken over");
  return "";
}

/// S15.2.
void take_agent(const TenantConfig& ours, const std::string& elevenlabs_id, bool changed_here, TenantSettings& settings,
                TakenOver& out) {
  if (elevenlabs_id.empty()) return;
  const std::string tenant = "tenant " + ours.id.value;
  const auto at = std::find_if(ours.agents.begin(), ours.agents.end(),
                               [&](const AgentConfig& agent) { return agent.elevenlabs_agent_id == elevenlabs_id; });
  if (at == ours.agents.end()) {
    out.notes.push_back(tenant + " has no agent with the ElevenLabs id that was set; add it to its agents");
  } else if (ours.agent_id == at->id) {
    return;
  } else if (!ours.agent_id.empty() || changed_here) {
    out.notes.push_back(tenant + (ours.agent_id.empty() ? " keeps having no agent" : " keeps its agent ") +
                        ours.agent_id.value);
  } else {
    settings.agent_id = at->id;
    out.notes.push_back(tenant + ": agent_id is now " + at->id.value +
                        ", the agent with the ElevenLabs id that was set");
  }
}

}  // namespace

std::int64_t clamped_grace(std::int64_t seconds, std::vector<std::string>& notes) {
  const std::int64_t clamped = std::clamp(seconds, kGraceMin, kGraceMax);
  if (clamped != seconds) {
    notes.push_back("grace_period_seconds: " + std::to_string(seconds) + " is not between " +
                    std::to_string(kGraceMin) + " and " + std::to_string(kGraceMax) + "; now " +
                    std::to_string(clamped));
  }
  return clamped;
}

TakenOver take_over(const TenantConfig& ours, const std::string& changes, const OldTenant& old,
                    const std::vector<OldAgent>& agents) {
  TakenOver out;
  TenantSettings settings = ours;
  const nlohmann::json changed = parse_stored(changes, stored_path(ours.id, "changes"));
  take_blacklist(old, settings, out);
  take_grace(old, changed.contains("grace_period_seconds"), settings, out);
  take_agent(ours, answering(old, agents, out), changed.contains("agent_id"), settings, out);
  out.changes = add_changes(ours.id, changes, ours, settings);
  return out;
}

}  // namespace sessioncore::server::importing
