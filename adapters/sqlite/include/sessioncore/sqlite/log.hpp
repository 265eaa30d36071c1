/// The audit log for people who operate a server: finds chats across tenants and proves their logs, on a read-only
/// connection of its own.
///
/// Each call sees one consistent state of the file and never makes the store wait.
/// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/engine/replay.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// What replaying the log of a chat gave.
struct ReplayedChat {
  std::uint64_t first = 0;      ///< number of the first decision that is stored; not 0 after a purge
  std::uint64_t decisions = 0;  ///< how many were replayed
  std::optional<ReplayDifference> difference;
};

struct NumberedDecision : Decision {
  std::uint64_t number = 0;  ///< within its chat, from 0
};

/// A chat with the end of its log.
struct ChatLog {
  StoredChat chat;
  std::uint64_t total = 0;                  ///< decisions that are stored
  std::vector<NumberedDecision> decisions;  ///< the latest, oldest first
};

/// Rows of a chat that itself has none.
struct Orphans {
  std::uint64_t chat = 0;  ///< the number by which the rows belong together
  std::uint64_t messages = 0;
  std::uint64_t sessions = 0;
  std::uint64_t decisions = 0;
};

class SqliteLog {
 public:
  /// The file must exist and have the tables of this version.
  [[nodiscard]] static Result<std::unique_ptr<SqliteLog>> open(const std::filesystem::path& path,
                                                               const Options& options = {});
  ~SqliteLog();
  SqliteLog(const SqliteLog&) = delete;
  SqliteLog& operator=(const SqliteLog&) = delete;

  [[nodiscard]] Result<bool> has_tenant(const TenantId& tenant);
  /// Chats in id order after `after`, at most `max`; of one tenant, or of all if `tenant` is empty.
  [[nodiscard]] Result<std::vector<ChatFacts>> chats(const TenantId& tenant, const ChatId& after, std::size_t max);
  [[nodiscard]] Result<std::uint64_t> count_chats(const TenantId& tenant);

  /// Chats that go by this name, at most `max`: their id, the channel's id, or the contact's phone number in any
  /// notation, at least its last seven digits.
  [[nodiscard]] Result<std::vector<ChatFacts>> find(const TenantId& tenant, const std::string& name, std::size_t max);

  /// What is left of chats whose row is gone; reads all rows.
  [[nodiscard]] Result<std::vector<Orphans>> orphans();

  /// Empty if there is no such chat. `corrupt` if something of it cannot be read; the detail says what.
  [[nodiscard]] Result<std::optional<ReplayedChat>> replay(const ChatId& chat);
  /// With at most `latest` decisions; empty if there is no such chat.
  [[nodiscard]] Result<std::optional<ChatLog>> read(const ChatId& chat, std::uint64_t latest);

 private:
  struct Impl;
  explicit SqliteLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
