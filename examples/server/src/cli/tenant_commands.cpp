// sessiond tenant add | list | feature
#include "cli/group.hpp"
#include "cli/listing.hpp"
#include "cli/workplace.hpp"
#include "config/features.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace sessioncore::server::cli {

using nlohmann::json;

namespace {

struct Options {
  std::string config;
  std::string id;
  std::string name;
  std::string account;
  std::vector<std::string> features;
  std::string enable;
  std::string disable;
  bool json = false;
};

void require_free_account(const Workplace& workplace, const std::string& account) {
  for (const auto& tenant : workplace.tenants().all()) {
    if (!account.empty() && tenant->unipile_account_id == account) {
      throw ConfigError("--account: the tenant " + tenant->id.value + " has this account");
    }
  }
}

/// One that nothing here looks at switches on nothing: most likely a slip.
void require_feature(const std::string& key, const std::string& feature) {
  if (!is_known_feature(feature)) throw ConfigError(key + ": expected one of the features " + known_features());
}

int add(const Options& options) {
  require_id("ID", options.id);
  for (const std::string& feature : options.features) require_feature("--feature", feature);
  Workplace workplace(options.config);
  require_free_account(workplace, options.account);
  json description = {{"features", options.features}};
  if (!options.account.empty()) description["unipile_account_id"] = options.account;
  const sqlite::Tenant tenant{TenantId(options.id), options.name, description.dump()};
  if (workplace.tenants().find(tenant.id) != nullptr) {
    throw ConfigError("ID: there is a tenant " + options.id + " already");
  }
  // One that was in the file once comes back with its chats and people.
  if (!must(workplace.table().create_tenant_if_absent(tenant))) must(workplace.table().update_tenant(tenant));
  std::printf("tenant %s added; %s\n", options.id.c_str(), kSeenSoon);
  return 0;
}

json view_of(const ListedTenant& listed) {
  const TenantConfig& tenant = *listed.tenant;
  json agents = json::array();
  for (const AgentConfig& agent : tenant.agents) {
    agents.push_back({{"id", agent.id.value},
                      {"name", agent.name},
                      {"elevenlabs_agent_id", agent.elevenlabs_agent_id},
                      {"active", agent.active}});
  }
  return {{"id", tenant.id.value},
          {"name", tenant.name},
          {"source", listed.source},
          {"features", tenant.features},
          {"unipile_account_id", tenant.unipile_account_id},
          {"unipile_account_status", tenant.unipile_account_status},
          {"agents", std::move(agents)},
          {"agent_id", tenant.agent_id.value},
          {"grace_period_seconds", static_cast<double>(tenant.grace_period.count()) / 1000.0},
          {"blacklisted_numbers", tenant.blacklisted_numbers.size()}};
}

int list(const Options& options) {
  Workplace workplace(options.config);
  json all = json::array();
  std::vector<Row> rows;
  for (const ListedTenant& listed : workplace.listed()) {
    const TenantConfig& tenant = *listed.tenant;
    all.push_back(view_of(listed));
    rows.push_back({tenant.id.value, tenant.name, listed.source, joined(tenant.features), tenant.unipile_account_id,
                    tenant.unipile_account_status, tenant.agent_id.value, std::to_string(tenant.agents.size())});
  }
  if (options.json) {
    print_json(all);
  } else {
    print_table({"ID", "NAME", "SOURCE", "FEATURES", "ACCOUNT", "STATUS", "ANSWERS", "AGENTS"}, rows);
  }
  return 0;
}

int set_feature(const Options& options) {
  if (options.enable.empty() == options.disable.empty()) throw ConfigError("give one of --enable and --disable");
  const bool enable = !options.enable.empty();
  const std::string& feature = enable ? options.enable : options.disable;
  // One that got in some other way can always be taken out.
  if (enable) require_feature("--enable", feature);
  Workplace workplace(options.config);
  workplace.describe(TenantId(options.id), [&](json& description) {
    auto features = description.value("features", std::vector<std::string>());
    features.erase(std::remove(features.begin(), features.end(), feature), features.end());
    if (enable) features.push_back(feature);
    description["features"] = features;
  });
  std::printf("feature %s of tenant %s is %s; %s\n", feature.c_str(), options.id.c_str(), enable ? "on" : "off",
              kSeenSoon);
  return 0;
}

}  // namespace

void add_tenant_commands(CLI::App& cli, Command& chosen) {
  Group<Options> group(cli, "tenant", "add and list tenants", chosen);
  Options& options = group.options();
  auto* adding = group.add("add", "add a tenant that is not in the configuration file", add);
  adding->add_option("ID", options.id, "its id")->required();
  adding->add_option("--name", options.name, "its name")->required();
  adding->add_option("--feature", options.features, "a feature it has, such as whatsapp_agent; may be repeated");
  adding->add_option("--account", options.account, "its account at Unipile");
  auto* listing = group.add("list", "list the tenants with what holds for them now", list);
  listing->add_flag("--json", options.json, "print JSON");
  auto* feature = group.add("feature", "switch a feature of a tenant on or off", set_feature);
  feature->add_option("ID", options.id, "the tenant")->required();
  feature->add_option("--enable", options.enable, "the feature to switch on");
  feature->add_option("--disable", options.disable, "the feature to switch off");
}

}  // namespace sessioncore::server::cli
