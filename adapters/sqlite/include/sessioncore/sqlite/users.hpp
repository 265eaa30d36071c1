/// Tenants and the people who work for them, for a server's login and configuration.
///
/// Passwords come here as the text of a salted hash made elsewhere; nothing here hashes or compares one.
/// Thread rule: one thread at a time; give each thread its own object.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

struct Tenant {
  TenantId id;
  std::string name;
  std::string settings = "{}";  ///< JSON; what it means is up to the server
  std::string changes = "{}";   ///< JSON; apart from `settings`, so that two programs can write one each
  friend bool operator==(const Tenant&, const Tenant&) = default;
};

struct User {
  std::string email;  ///< unique, letters A to Z in either case being the same
  std::string name;
  std::string role;
  TenantId tenant;
  std::string password_hash;
  Instant created_at;
  friend bool operator==(const User&, const User&) = default;
};

class SqliteUsers {
 public:
  /// As `SqliteStore::open`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteUsers>> open(const std::filesystem::path& path,
                                                                 const Options& options = {});
  ~SqliteUsers();
  SqliteUsers(const SqliteUsers&) = delete;
  SqliteUsers& operator=(const SqliteUsers&) = delete;

  /// False if there is one with this id already; it is left as it is.
  [[nodiscard]] Result<bool> create_tenant_if_absent(const Tenant& tenant);
  [[nodiscard]] Result<std::optional<Tenant>> find_tenant(const TenantId& id);
  [[nodiscard]] Result<std::vector<Tenant>> tenants();  ///< by id
  /// Everything but `changes`; `not_found` if there is none with this id.
  [[nodiscard]] Result<void> update_tenant(const Tenant& tenant);
  /// False if the settings are not `expected` any more, or there is no such tenant: somebody else was faster.
  [[nodiscard]] Result<bool> replace_settings(const TenantId& id, const std::string& expected,
                                              const std::string& settings);
  /// `not_found` if there is none with this id.
  [[nodiscard]] Result<void> set_tenant_changes(const TenantId& id, const std::string& changes);

  /// False if there is one with this email already; they are left as they are. The tenant must exist.
  [[nodiscard]] Result<bool> create_user_if_absent(const User& user);
  [[nodiscard]] Result<std::optional<User>> find_user_by_email(const std::string& email);
  [[nodiscard]] Result<std::vector<User>> users(const TenantId& tenant);  ///< by email
  /// Everything but `email` and `created_at`; `not_found` if there is none with this email.
  [[nodiscard]] Result<void> update_user(const User& user);
  /// False if there is none with this email.
  [[nodiscard]] Result<bool> remove_user(const std::string& email);

 private:
  struct Impl;
  explicit SqliteUsers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
