/// Which of our tenants each tenant of the old system is (S15.2).
///
/// Thread rule: one thread.
#pragma once

#include "config/config.hpp"
#include "import/documents.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server::importing {

class TenantMap {
 public:
  /// `rows`: the tenants in the database. `config` must outlive the map.
  TenantMap(const Config& config, const std::vector<sqlite::Tenant>& rows);

  /// `--tenant`. Throws `ConfigError` if there is no tenant `ours`, or if either of the two was given to another one.
  void assign(const TenantId& ours, const std::string& old_id);
  /// The old system's tenants, all at once and once: each is found again by its id, its account or its name, the last
  /// only if neither side has the name twice. Throws `ConfigError` if two of them would be one of ours.
  void match(const std::vector<OnLine<OldTenant>>& tenants);
  void add_created(const sqlite::Tenant& tenant);
  /// What the old system calls it; empty if it was not among those that were matched.
  [[nodiscard]] std::string old_name(const std::string& old_id) const;

  /// Empty if it is none of ours.
  [[nodiscard]] std::optional<TenantId> find(const std::string& old_id) const;
  /// One of ours that no old tenant is has its name or its id: only `--tenant` can tell whether it is that one.
  [[nodiscard]] bool is_ambiguous(const OldTenant& tenant) const;
  /// With what the API has changed; null if nothing describes it.
  [[nodiscard]] const TenantConfig* described(const TenantId& ours) const;
  /// What the API has changed, as the database keeps it.
  [[nodiscard]] std::string changes_of(const TenantId& ours) const;
  /// After the tenant's changes were stored.
  void set_changes(const TenantId& ours, const std::string& changes);
  /// Whether one of ours is like this.
  [[nodiscard]] bool any(const std::function<bool(const TenantConfig&)>& like) const;
  [[nodiscard]] const Policy& policy_of(const TenantId& ours) const;
  /// Whose account it is; empty if it is that of none of ours.
  [[nodiscard]] std::optional<TenantId> of_account(const std::string& account) const;

 private:
  void leave_accounts_to_owners();
  void set(const OldTenant& old, const std::optional<TenantId>& ours);
  [[nodiscard]] std::optional<TenantId> of_name(const std::string& name) const;
  [[nodiscard]] std::string called(const std::string& old_id) const;

  const Config& config_;
  Policy nobodys_;
  std::map<TenantId, std::string> names_;  ///< of all our tenants
  std::map<TenantId, std::string> changes_;
  std::map<TenantId, TenantConfig> described_;
  std::map<std::string, TenantId> by_old_id_;
  std::map<TenantId, std::string> by_ours_;
  std::set<TenantId> assigned_;
  std::map<std::string, std::string> old_names_;  ///< by id
};

}  // namespace sessioncore::server::importing
