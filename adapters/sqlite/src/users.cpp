#include "connection.hpp"
#include "query.hpp"

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::sqlite {
namespace {

#define TENANT_COLUMNS "id, name, settings, changes"
#define USER_COLUMNS "email, name, role, tenant, password_hash, created_at_ms"

Tenant read_tenant(Query& row) {
  Tenant tenant;
  tenant.id = TenantId(row.text());
  tenant.name = row.text();
  tenant.settings = row.text();
  tenant.changes = row.text();
  return tenant;
}

User read_user(Query& row) {
  User user;
  user.email = row.text();
  user.name = row.text();
  user.role = row.text();
  user.tenant = TenantId(row.text());
  user.password_hash = row.text();
  user.created_at = row.instant();
  return user;
}

void require_change(int changed, const char* what) {
  if (changed == 0) throw Refused{{ErrorCode::not_found, std::string(what) + " does not exist"}};
}

}  // namespace

struct SqliteUsers::Impl {
  Impl(const std::filesystem::path& path, const Options& options) : connection(path, options, Access::write) {}

  SQLite::Database& database() { return connection.database(); }

  Connection connection;
  SQLite::Statement create_tenant{
      database(), "INSERT INTO tenants (" TENANT_COLUMNS ") VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"};
  SQLite::Statement find_tenant{database(), "SELECT " TENANT_COLUMNS " FROM tenants WHERE id = ?"};
  SQLite::Statement tenants{database(), "SELECT " TENANT_COLUMNS " FROM tenants ORDER BY id"};
  SQLite::Statement update_tenant{database(), "UPDATE tenants SET name = ?, settings = ? WHERE id = ?"};
  SQLite::Statement replace_settings{database(), "UPDATE tenants SET settings = ? WHERE id = ? AND settings = ?"};
  SQLite::Statement set_changes{database(), "UPDATE tenants SET changes = ? WHERE id = ?"};
  SQLite::Statement create_user{
      database(), "INSERT INTO users (" USER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"};
  SQLite::Statement find_user{database(), "SELECT " USER_COLUMNS " FROM users WHERE email = ?"};
  SQLite::Statement users{database(), "SELECT " USER_COLUMNS " FROM users WHERE tenant = ? ORDER BY email"};
  SQLite::Statement update_user{database(),
                                "UPDATE users SET name = ?, role = ?, tenant = ?, password_hash = ? WHERE email = ?"};
  SQLite::Statement remove_user{database(), "DELETE FROM users WHERE email = ?"};
};

SqliteUsers::SqliteUsers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteUsers::~SqliteUsers() = default;

Result<std::unique_ptr<SqliteUsers>> SqliteUsers::open(const std::filesystem::path& path, const Options& options) {
  return guarded([&] { return std::unique_ptr<SqliteUsers>(new SqliteUsers(std::make_unique<Impl>(path, options))); });
}

Result<bool> SqliteUsers::create_tenant_if_absent(const Tenant& tenant) {
  return guarded(
      [&] { return Query(impl_->create_tenant, tenant.id, tenant.name, tenant.settings, tenant.changes).run() == 1; });
}

Result<std::optional<Tenant>> SqliteUsers::find_tenant(const TenantId& id) {
  return guarded([&]() -> std::optional<Tenant> {
    Query row(impl_->find_tenant, id);
    if (!row.next()) return std::nullopt;
    return read_tenant(row);
  });
}

Result<std::vector<Tenant>> SqliteUsers::tenants() {
  return guarded([&] {
    std::vector<Tenant> all;
    Query row(impl_->tenants);
    while (row.next()) all.push_back(read_tenant(row));
    return all;
  });
}

Result<void> SqliteUsers::update_tenant(const Tenant& tenant) {
  return guarded([&] {
    require_change(Query(impl_->update_tenant, tenant.name, tenant.settings, tenant.id).run(), "the tenant");
  });
}

Result<bool> SqliteUsers::replace_settings(const TenantId& id, const std::string& expected,
                                           const std::string& settings) {
  return guarded([&] { return Query(impl_->replace_settings, settings, id, expected).run() == 1; });
}

Result<void> SqliteUsers::set_tenant_changes(const TenantId& id, const std::string& changes) {
  return guarded([&] { require_change(Query(impl_->set_changes, changes, id).run(), "the tenant"); });
}

Result<bool> SqliteUsers::create_user_if_absent(const User& user) {
  return guarded([&] {
    return Query(impl_->create_user, user.email, user.name, user.role, user.tenant, user.password_hash, user.created_at)
               .run() == 1;
  });
}

Result<std::optional<User>> SqliteUsers::find_user_by_email(const std::string& email) {
  return guarded([&]() -> std::optional<User> {
    Query row(impl_->find_user, email);
    if (!row.next()) return std::nullopt;
    return read_user(row);
  });
}

Result<std::vector<User>> SqliteUsers::users(const TenantId& tenant) {
  return guarded([&] {
    std::vector<User> all;
    Query row(impl_->users, tenant);
    while (row.next()) all.push_back(read_user(row));
    return all;
  });
}

Result<void> SqliteUsers::update_user(const User& user) {
  return guarded([&] {
    require_change(Query(impl_->update_user, user.name, user.role, user.tenant, user.password_hash, user.email).run(),
                   "the user");
  });
}

Result<bool> SqliteUsers::remove_user(const std::string& email) {
  return guarded([&] { return Query(impl_->remove_user, email).run() == 1; });
}

}  // namespace sessioncore::sqlite
