// sessiond agent add | set | list
#include "cli/group.hpp"
#include "cli/listing.hpp"
#include "cli/workplace.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace sessioncore::server::cli {

using nlohmann::json;

namespace {

struct Options {
  std::string config;
  std::string tenant;
  std::string id;
  std::string name;
  std::string elevenlabs_agent_id;
  bool active = false;
  bool inactive = false;
  bool json = false;
};

/// A tenant without an agent that answers gets the first one that can.
void choose_if_none(json& description, const Options& options, bool active) {
  if (active && description.value("agent_id", "").empty()) description["agent_id"] = options.id;
}

int add(const Options& options) {
  require_id("ID", options.id);
  Workplace workplace(options.config);
  workplace.describe(TenantId(options.tenant), [&](json& description) {
    json& agents = description["agents"];
    if (agents.is_null()) agents = json::array();
    const bool taken =
        std::any_of(agents.begin(), agents.end(), [&](const json& a) { return a.at("id") == options.id; });
    if (taken) throw ConfigError("ID: the tenant " + options.tenant + " has an agent " + options.id + " already");
    agents.push_back({{"id", options.id},
                      {"name", options.name},
                      {"elevenlabs_agent_id", options.elevenlabs_agent_id},
                      {"active", !options.inactive}});
    choose_if_none(description, options, !options.inactive);
  });
  std::printf("agent %s of tenant %s added; %s\n", options.id.c_str(), options.tenant.c_str(), kSeenSoon);
  return 0;
}

int set(const Options& options) {
  if (options.active && options.inactive) throw ConfigError("give one of --active and --inactive");
  const bool nothing = !options.active && !options.inactive && options.name.empty();
  if (nothing && options.elevenlabs_agent_id.empty()) {
    throw ConfigError("give --active, --inactive, --name or --elevenlabs-agent-id");
  }
  Workplace workplace(options.config);
  workplace.describe(TenantId(options.tenant), [&](json& description) {
    json& agents = description["agents"];
    const auto at = std::find_if(agents.begin(), agents.end(), [&](const json& a) { return a.at("id") == options.id; });
    if (at == agents.end()) throw ConfigError("ID: the tenant " + options.tenant + " has no agent " + options.id);
    if (options.active || options.inactive) (*at)["active"] = options.active;
    if (!options.name.empty()) (*at)["name"] = options.name;
    if (!options.elevenlabs_agent_id.empty()) (*at)["elevenlabs_agent_id"] = options.elevenlabs_agent_id;
    choose_if_none(description, options, options.active);
  });
  std::printf("agent %s of tenant %s changed; %s\n", options.id.c_str(), options.tenant.c_str(), kSeenSoon);
  return 0;
}

int list(const Options& options) {
  Workplace workplace(options.config);
  if (!options.tenant.empty()) (void)workplace.tenant("TENANT", options.tenant);
  json all = json::array();
  std::vector<Row> rows;
  for (const auto& tenant : workplace.tenants().all()) {
    if (!options.tenant.empty() && tenant->id.value != options.tenant) continue;
    for (const AgentConfig& agent : tenant->agents) {
      const bool answers = agent.active && agent.id == tenant->agent_id;
      all.push_back({{"tenant", tenant->id.value},
                     {"id", agent.id.value},
                     {"name", agent.name},
                     {"elevenlabs_agent_id", agent.elevenlabs_agent_id},
                     {"active", agent.active},
                     {"answers", answers}});
      rows.push_back({tenant->id.value, agent.id.value, agent.name, agent.elevenlabs_agent_id,
                      agent.active ? "yes" : "no", answers ? "yes" : "no"});
    }
  }
  if (options.json) {
    print_json(all);
  } else {
    print_table({"TENANT", "ID", "NAME", "ELEVENLABS AGENT", "ACTIVE", "ANSWERS"}, rows);
  }
  return 0;
}

}  // namespace

void add_agent_commands(CLI::App& cli, Command& chosen) {
  Group<Options> group(cli, "agent", "add, change and list agents", chosen);
  Options& options = group.options();
  auto* adding = group.add("add", "add an agent to a tenant that is not in the configuration file", add);
  adding->add_option("TENANT", options.tenant, "the tenant")->required();
  adding->add_option("ID", options.id, "its id")->required();
  adding->add_option("--name", options.name, "its name")->required();
  adding->add_option("--elevenlabs-agent-id", options.elevenlabs_agent_id, "its id at ElevenLabs")->required();
  adding->add_flag("--inactive", options.inactive, "it must not answer yet");
  auto* setting = group.add("set", "change an agent", set);
  setting->add_option("TENANT", options.tenant, "the tenant")->required();
  setting->add_option("ID", options.id, "the agent")->required();
  setting->add_flag("--active", options.active, "it may answer");
  setting->add_flag("--inactive", options.inactive, "it may not answer");
  setting->add_option("--name", options.name, "its new name");
  setting->add_option("--elevenlabs-agent-id", options.elevenlabs_agent_id, "its new id at ElevenLabs");
  auto* listing = group.add("list", "list the agents with what holds for them now", list);
  listing->add_option("TENANT", options.tenant, "only those of this tenant");
  listing->add_flag("--json", options.json, "print JSON");
}

}  // namespace sessioncore::server::cli
