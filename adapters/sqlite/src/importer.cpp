#include "connection.hpp"
#include "log_keeper.hpp"
#include "query.hpp"
#include "writer.hpp"

#include <optional>

#include <sqlite3.h>

#include <sessioncore/sqlite/importer.hpp>

namespace sessioncore::sqlite {
namespace {

/// Until the connection is closed nobody else may have the file open; SQLite takes the lock with the first write.
void have_alone(SQLite::Database& database) {
  try {
    (void)database.execAndGet("PRAGMA locking_mode = EXCLUSIVE");
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    transaction.commit();
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_BUSY) throw;
    throw Refused{{ErrorCode::unavailable, "another program has the file open; stop the server first"}};
  }
}

}  // namespace

struct SqliteImporter::Impl {
  Impl(const std::filesystem::path& path, const Options& options, Access access)
      : connection(path, options, access),
        tenants(connection.database(), "SELECT id, name, settings, changes FROM tenants ORDER BY id"),
        exists(connection.database(),
               "SELECT 1 FROM chats WHERE id = ? OR (tenant = ? AND channel = ? AND external_id = ?)"),
        is_there(connection.database(),
                 "SELECT 1 FROM chats WHERE id = ? AND tenant = ? AND channel = ? AND external_id = ?") {
    if (access == Access::read) return;
    have_alone(connection.database());
    writer.emplace(connection.database(), options.preview_chars);
    log.emplace(connection.database(), options.checkpoint_pages);
    create_tenant.emplace(connection.database(),
                          "INSERT INTO tenants (id, name, settings) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    set_changes.emplace(connection.database(), "UPDATE tenants SET changes = ? WHERE id = ?");
  }

  Connection connection;
  SQLite::Statement tenants;
  SQLite::Statement exists;
  SQLite::Statement is_there;
  // Empty in a dry run.
  std::optional<Writer> writer;
  std::optional<LogKeeper> log;
  std::optional<SQLite::Statement> create_tenant;
  std::optional<SQLite::Statement> set_changes;
};

SqliteImporter::SqliteImporter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteImporter::~SqliteImporter() = default;

Result<std::unique_ptr<SqliteImporter>> SqliteImporter::open(const std::filesystem::path& path, ImportMode mode,
                                                             const Options& options) {
  return guarded([&] {
    const bool absent = mode == ImportMode::dry_run && !std::filesystem::exists(path);
    std::unique_ptr<Impl> impl;
    if (!absent) impl = std::make_unique<Impl>(path, options, mode == ImportMode::store ? Access::write : Access::read);
    return std::unique_ptr<SqliteImporter>(new SqliteImporter(std::move(impl)));
  });
}

Result<std::vector<Tenant>> SqliteImporter::tenants() {
  return guarded([&] {
    std::vector<Tenant> all;
    if (!impl_) return all;
    Query row(impl_->tenants);
    while (row.next()) {
      Tenant tenant;
      tenant.id = TenantId(row.text());
      tenant.name = row.text();
      tenant.settings = row.text();
      tenant.changes = row.text();
      all.push_back(std::move(tenant));
    }
    return all;
  });
}

Result<bool> SqliteImporter::create_tenant_if_absent(const Tenant& tenant) {
  return guarded([&] {
    if (!impl_ || !impl_->create_tenant) return true;
    return Query(*impl_->create_tenant, tenant.id, tenant.name, tenant.settings).run() == 1;
  });
}

Result<void> SqliteImporter::set_tenant_changes(const TenantId& id, const std::string& changes) {
  return guarded([&] {
    if (!impl_ || !impl_->set_changes) return;
    if (Query(*impl_->set_changes, changes, id).run() == 1) return;
    throw Refused{{ErrorCode::not_found, "the tenant does not exist"}};
  });
}

Result<bool> SqliteImporter::is_there(const ChatFacts& facts) {
  return guarded([&] {
    if (!impl_) return false;
    Query row(impl_->is_there, facts.id, facts.key.tenant, facts.key.channel, facts.key.external_id);
    return row.next();
  });
}

Result<bool> SqliteImporter::exists(const ChatFacts& facts) {
  return guarded([&] {
    if (!impl_) return false;
    Query row(impl_->exists, facts.id, facts.key.tenant, facts.key.channel, facts.key.external_id);
    return row.next();
  });
}

Result<void> SqliteImporter::store(std::span<const ImportedChat> chats) {
  if (!impl_ || !impl_->writer || chats.empty()) return {};
  auto stored = guarded([&] {
    SQLite::Transaction transaction(impl_->connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
    for (const ImportedChat& chat : chats) impl_->writer->store_imported(chat);
    transaction.commit();
  });
  if (stored) impl_->log->tidy();
  return stored;
}

}  // namespace sessioncore::sqlite
