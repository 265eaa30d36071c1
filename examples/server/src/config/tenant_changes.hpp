/// What the API has set of a tenant, as the database keeps it: a JSON object that holds a key for each such setting.
///
/// Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <string>

namespace sessioncore::server {

/// Puts what was set over what describes the tenant. What was said of an account counts while the tenant has that one
/// (the file may have given it another). Throws `ConfigError` naming tenant and key.
void apply_changes(const std::string& changes, TenantConfig& tenant);

/// Whether the API has set the account. Throws like `apply_changes`.
[[nodiscard]] bool sets_account(const TenantId& id, const std::string& changes);

/// `changes`, and each setting that differs between `before` and `after`.
[[nodiscard]] std::string add_changes(const TenantId& id, const std::string& changes, const TenantSettings& before,
                                      const TenantSettings& after);

}  // namespace sessioncore::server
