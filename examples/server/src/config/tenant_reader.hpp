/// A tenant as an object of the configuration, and as the database keeps the ones that are not in the file.
///
/// Every problem is a `ConfigError` that names the key. Thread rule: any thread.
#pragma once

#include "config/reader.hpp"

namespace sessioncore::server {

/// `base` holds what the file's own policy says.
[[nodiscard]] TenantConfig read_named_tenant(ObjectReader& reader, TenantConfig base);
/// The `policy` object: what the core knows, and what lists show.
void read_tenant_policy(ObjectReader& reader, TenantConfig& tenant);

/// A tenant that lives in the database alone: `description` is JSON with the keys of the file but for id and name.
[[nodiscard]] TenantConfig parse_tenant(const TenantId& id, const std::string& name, const std::string& description,
                                        const TenantConfig& base);

}  // namespace sessioncore::server
