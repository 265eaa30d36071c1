/// What the commands work on: the configuration, and the database that a server may be using at the same time.
///
/// Thread rule: one thread.
#pragma once

#include "config/config.hpp"
#include "tenants.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server::cli {

/// A tenant as it is served, or was once.
struct ListedTenant {
  std::shared_ptr<const TenantConfig> tenant;
  const char* source;  ///< "file", "database", or "none": it was in the file once and is not served
};

class Workplace {
 public:
  /// Creates the file's tenants like a server that starts. Throws `ConfigError` and std::runtime_error.
  explicit Workplace(const std::string& config_path);

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] sqlite::SqliteUsers& table() { return *table_; }
  [[nodiscard]] const Tenants& tenants() const { return tenants_; }
  [[nodiscard]] std::vector<ListedTenant> listed();
  /// Throws `ConfigError` naming `option` if there is none.
  [[nodiscard]] std::shared_ptr<const TenantConfig> tenant(const char* option, const std::string& id) const;
  [[nodiscard]] bool in_file(const TenantId& id) const;

  /// Changes what describes a tenant of the database. Throws `ConfigError` if it is in the file: that wins.
  void describe(const TenantId& id, const std::function<void(nlohmann::json&)>& change_it);

 private:
  Config config_;
  std::unique_ptr<sqlite::SqliteUsers> table_;
  Tenants tenants_;
};

/// The value, or a std::runtime_error.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("the database refused: " + result.error().detail);
  return std::move(*result);
}

inline void must(const Result<void>& result) {
  if (!result) throw std::runtime_error("the database refused: " + result.error().detail);
}

/// Letters, digits, ".", "_" and "-", at most 64 of them; throws `ConfigError` naming `option`.
void require_id(const char* option, const std::string& id);

inline constexpr const char* kSeenSoon = "a server that is running sees it within a few seconds";

}  // namespace sessioncore::server::cli
