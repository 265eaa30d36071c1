/// Which of our tenants each tenant of the old system is, and what is made of one that is none of ours (S5, S15.2).
///
/// Thread rule: one thread.
#pragma once

#include "config/config.hpp"
#include "import/documents.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server::importing {

class TenantMap {
 public:
  /// `rows`: the tenants in the database. `config` must outlive the map.
  TenantMap(const Config& config, const std::vector<sqlite::Tenant>& rows);

  /// `--tenant`. False if there is no tenant `ours`.
  [[nodiscard]] bool add(const TenantId& ours, const std::string& old_id);
  /// A document of the old system's tenants: found again by its id, its account or its name. Empty: none of ours.
  [[nodiscard]] std::optional<TenantId> add(const OldTenant& tenant);
  void add_created(const sqlite::Tenant& tenant);

  /// Empty if it is none of ours.
  [[nodiscard]] std::optional<TenantId> of_chat(const OldChat& chat) const;
  [[nodiscard]] const Policy& policy_of(const TenantId& tenant) const;
  /// In words, what became of the tenant's agent (S15.2); empty if there is nothing to say.
  [[nodiscard]] std::string about_agent(const TenantId& ours, const OldTenant& old) const;

 private:
  [[nodiscard]] const TenantConfig* configured(const TenantId& id) const;
  [[nodiscard]] std::optional<TenantId> of_account(const std::string& account) const;

  const Config& config_;
  Policy nobodys_;
  std::map<TenantId, std::string> names_;  ///< of all our tenants
  std::map<std::string, TenantId> by_old_id_;
};

/// The tenant as it is created here: its old id stays its id, its agents and settings come along.
[[nodiscard]] sqlite::Tenant created_tenant(const OldTenant& old, const std::vector<OldAgent>& agents);

}  // namespace sessioncore::server::importing
