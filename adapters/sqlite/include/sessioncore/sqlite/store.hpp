/// A `Store` in one SQLite file, with write-ahead log.
///
/// A commit that has returned is on the disk; one that has failed left nothing behind. Errors: `unavailable` when
/// somebody else holds the file, the disk is full or the file cannot be used; `corrupt` when it is damaged or holds
/// what cannot be read. Thread rule: one thread at a time; readers have connections of their own (`reader.hpp`).
#pragma once

#include <filesystem>
#include <memory>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

class SqliteStore final : public Store {
 public:
  /// Opens the file, makes it if it does not exist, and brings its tables up to date. A file written by a newer version
  /// is refused as `invalid_argument`, and so is a database of another program.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& path,
                                                                 const Options& options = {});
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  [[nodiscard]] Result<std::optional<ChatId>> find_chat(const ChatKey& key) override;
  [[nodiscard]] Result<std::optional<StoredChat>> load(const ChatId& chat) override;
  [[nodiscard]] Result<std::optional<MessageNumber>> find_message(const ChatId& chat,
                                                                  const ProviderMessageId& id) override;
  [[nodiscard]] Result<void> commit(std::span<const Commit> batch) override;
  [[nodiscard]] Result<std::vector<ChatId>> due(Instant now, std::size_t max) override;
  [[nodiscard]] Result<std::optional<Instant>> next_deadline() override;
  [[nodiscard]] Result<std::vector<ChatId>> recoverable(const ChatId& after, std::size_t max) override;
  [[nodiscard]] Result<std::vector<StoredMessage>> messages(const ChatId& chat,
                                                            std::span<const MessageNumber> numbers) override;
  [[nodiscard]] Result<std::vector<StoredMessage>> latest_messages(const ChatId& chat, SessionNumber session,
                                                                   std::size_t max) override;
  [[nodiscard]] Result<std::vector<Decision>> decisions(const ChatId& chat, std::uint64_t from,
                                                        std::size_t max) override;

 private:
  struct Impl;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
