/// JSON texts of tenants in the database, read with the configuration's own reader. Thread rule: pure functions.
#pragma once

#include "config/reader.hpp"

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::server {

/// How errors name a column of a tenant: `tenants[clinic].settings`.
[[nodiscard]] std::string stored_path(const TenantId& id, const std::string& column);
/// Throws `ConfigError` that starts with `path`.
[[nodiscard]] nlohmann::json parse_stored(const std::string& text, const std::string& path);
/// What lies in the database refers to no files and is overridden by no environment.
[[nodiscard]] ReaderContext nothing_around();

}  // namespace sessioncore::server
