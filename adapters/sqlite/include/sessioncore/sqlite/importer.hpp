/// Brings chats of another system into the file: each with its sessions and messages, wholly or not at all.
///
/// The caller has made what a chat consists of; nothing here decides. The chat's decision log begins with the state it
/// is given (table `origins`). While an importer is open for writing it has the file for itself: a program that serves
/// it keeps its next deadline in memory and would be late for what is imported behind its back.
/// Thread rule: one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/options.hpp>
#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::sqlite {

struct ImportedChat {
  ChatFacts facts;
  Conversation state;  ///< with a version above 0
  Instant updated_at;
  std::vector<SessionChanged> sessions;
  std::vector<MessageRecorded> messages;  ///< by number; the latest one is what lists show
};

/// `dry_run`: the file is only read, and need not exist; what would be stored is told all the same.
enum class ImportMode { store, dry_run };

class SqliteImporter {
 public:
  /// As `SqliteStore::open`; `unavailable` if another program has the file open. A dry run refuses a file with tables
  /// of an older version instead of bringing them up to date.
  [[nodiscard]] static Result<std::unique_ptr<SqliteImporter>> open(const std::filesystem::path& path, ImportMode mode,
                                                                    const Options& options = {});
  ~SqliteImporter();
  SqliteImporter(const SqliteImporter&) = delete;
  SqliteImporter& operator=(const SqliteImporter&) = delete;

  [[nodiscard]] Result<std::vector<Tenant>> tenants();  ///< by id
  /// False if there is one with this id already; it is left as it is.
  [[nodiscard]] Result<bool> create_tenant_if_absent(const Tenant& tenant);
  /// `not_found` if there is none with this id.
  [[nodiscard]] Result<void> set_tenant_changes(const TenantId& id, const std::string& changes);
  /// True if there is a chat with this id or this key.
  [[nodiscard]] Result<bool> exists(const ChatFacts& facts);
  /// True if there is a chat with this id and this key: it was brought before.
  [[nodiscard]] Result<bool> is_there(const ChatFacts& facts);
  /// Stores all of them in one transaction, or none. `conflict` if one of them exists.
  [[nodiscard]] Result<void> store(std::span<const ImportedChat> chats);

 private:
  struct Impl;
  explicit SqliteImporter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
