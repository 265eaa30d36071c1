/// What the API has set of a tenant, as the database keeps it: a JSON object that holds a key for each such setting.
///
/// Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <string>

namespace sessioncore::server {

/// Puts what was set over what describes the tenant. Throws `ConfigError` naming tenant and key.
void apply_changes(const std::string& changes, TenantConfig& tenant);

/// `changes`, and each setting that differs between `before` and `after`.
[[nodiscard]] std::string add_changes(const TenantId& id, const std::string& changes, const TenantSettings& before,
                                      const TenantSettings& after);

}  // namespace sessioncore::server
