#include "cli/workplace.hpp"

#include "config/tenant_reader.hpp"
#include "log.hpp"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

namespace sessioncore::server::cli {

namespace {

constexpr std::size_t kIdMax = 64;

std::unique_ptr<sqlite::SqliteUsers> open_table(const Config& config) {
  return must(sqlite::SqliteUsers::open(config.database));
}

Config load(const std::string& path) {
  log::set_up("off");  // a command says what is wrong itself
  return load_config(path, process_environment());
}

}  // namespace

Workplace::Workplace(const std::string& config_path)
    : config_(load(config_path)), table_(open_table(config_)), tenants_(open_table(config_), config_) {}

std::vector<ListedTenant> Workplace::listed() {
  std::vector<ListedTenant> all;
  for (const sqlite::Tenant& row : must(table_->tenants())) {
    auto served = tenants_.find(row.id);
    const char* source = served == nullptr ? "none" : in_file(row.id) ? "file" : "database";
    if (served == nullptr) {
      TenantConfig former;
      former.id = row.id;
      former.name = row.name;
      served = std::make_shared<const TenantConfig>(std::move(former));
    }
    all.push_back({std::move(served), source});
  }
  return all;
}

std::shared_ptr<const TenantConfig> Workplace::tenant(const char* option, const std::string& id) const {
  auto found = tenants_.find(TenantId(id));
  if (found == nullptr) throw ConfigError(std::string(option) + ": there is no tenant " + id);
  return found;
}

bool Workplace::in_file(const TenantId& id) const {
  return std::any_of(config_.tenants.begin(), config_.tenants.end(),
                     [&](const TenantConfig& tenant) { return tenant.id == id; });
}

void Workplace::describe(const TenantId& id, const std::function<void(nlohmann::json&)>& change_it) {
  if (in_file(id)) {
    throw ConfigError("the tenant " + id.value +
                      " is described in the configuration file: change it there, then send the server SIGHUP");
  }
  const auto row = must(table_->find_tenant(id));
  if (!row || tenants_.find(id) == nullptr) throw ConfigError("there is no tenant " + id.value);
  auto description = nlohmann::json::parse(row->settings);
  change_it(description);
  const std::string settings = description.dump();
  // What a server could not read must not get there.
  (void)parse_tenant(id, row->name, settings, config_.tenant_defaults);
  if (!must(table_->replace_settings(id, row->settings, settings))) {
    throw std::runtime_error("somebody else changed the tenant " + id.value + " at the same time; try again");
  }
}

void require_id(const char* option, const std::string& id) {
  const bool good = std::all_of(
      id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; });
  if (id.empty() || id.size() > kIdMax || !good) {
    throw ConfigError(std::string(option) + R"(: expected up to 64 letters, digits, ".", "_" and "-")");
  }
}

}  // namespace sessioncore::server::cli
