/// Finds a tenant's chats by what concerns many of them at once: a number, an account, unfinished sends.
///
/// On a read-only connection of its own; each call looks at no more than what it returns. Thread rule: one thread at a
/// time; give each thread its own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

class ChatFinder {
 public:
  /// The file must exist and have the tables of this version.
  [[nodiscard]] static Result<std::unique_ptr<ChatFinder>> open(const std::filesystem::path& path,
                                                                const Options& options = {});
  ~ChatFinder();
  ChatFinder(const ChatFinder&) = delete;
  ChatFinder& operator=(const ChatFinder&) = delete;

  // All lists are in id order after `after` and hold at most `max`.

  /// The chats with this number, written as it is stored.
  [[nodiscard]] Result<std::vector<ChatId>> with_phone(const TenantId& tenant, const std::string& phone,
                                                       const ChatId& after, std::size_t max);
  /// Chats of the tenant that run through another account than this one.
  [[nodiscard]] Result<std::vector<ChatFacts>> not_of_account(const TenantId& tenant, const AccountId& account,
                                                              std::size_t max);
  /// Chats of the tenant that need recovery (`needs_recovery`), with their state.
  [[nodiscard]] Result<std::vector<StoredChat>> unfinished(const TenantId& tenant, const ChatId& after,
                                                           std::size_t max);
  /// When the latest message of the chats of an account was received; empty: it has none.
  [[nodiscard]] Result<std::optional<Instant>> latest_message(const TenantId& tenant, const AccountId& account);

  struct Found {
    bool chat = false;                ///< there is such a chat
    std::optional<std::string> text;  ///< that of the message, if the chat has it
  };
  [[nodiscard]] Result<Found> message(const ChatKey& chat, const ProviderMessageId& id);

 private:
  struct Impl;
  explicit ChatFinder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
