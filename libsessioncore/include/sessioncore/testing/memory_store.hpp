/// A complete `Store` in memory, for tests, simulations and examples.
///
/// Copying it gives a snapshot: start another engine on the copy to see what a restart would find. A commit that fails
/// leaves nothing behind. Thread rule: one thread at a time, like every store.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing {

class MemoryStore final : public Store {
 public:
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

  // For checks: what no other part of the library may ask. Chats that do not exist have nothing.
  [[nodiscard]] std::vector<ChatId> chats() const;  ///< in id order
  [[nodiscard]] std::vector<StoredMessage> all_messages(const ChatId& chat) const;
  [[nodiscard]] std::vector<SessionChanged> sessions(const ChatId& chat) const;
  [[nodiscard]] std::optional<Instant> deadline(const ChatId& chat) const;
  [[nodiscard]] bool needs_recovery(const ChatId& chat) const;

 private:
  class Transaction;

  struct Chat {
    ChatFacts facts;
    Conversation state;
    std::optional<Instant> deadline;
    bool needs_recovery = false;
    std::map<MessageNumber, StoredMessage> messages;
    std::unordered_map<ProviderMessageId, MessageNumber> by_provider_id;
    std::map<SessionNumber, SessionChanged> sessions;
    std::vector<Decision> decisions;
  };
  using KeyParts = std::tuple<std::string, std::string, std::string>;

  [[nodiscard]] const Chat* find(const ChatId& chat) const;

  std::map<ChatId, Chat> chats_;
  std::map<KeyParts, ChatId> by_key_;
  std::set<std::pair<Instant, ChatId>> deadlines_;
  std::set<ChatId> recoverable_;
};

}  // namespace sessioncore::testing
