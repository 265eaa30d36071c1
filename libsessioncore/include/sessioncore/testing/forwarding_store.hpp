/// A store in front of another one, for tests that change a little of it: derive, and override what differs.
///
/// Thread rule: one thread at a time, like every store.
#pragma once

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing {

/// `find` is find_chat and find_message; `scan` is due, next_deadline and recoverable; `read` is messages,
/// latest_messages and decisions.
enum class StoreOperation { commit, load, find, scan, read };

class ForwardingStore : public Store {
 public:
  /// `inner` must outlive this object.
  explicit ForwardingStore(Store& inner) : inner_(&inner) {}

  Result<std::optional<ChatId>> find_chat(const ChatKey& key) override {
    if (auto error = refused(StoreOperation::find)) return *error;
    return inner_->find_chat(key);
  }
  Result<std::optional<StoredChat>> load(const ChatId& chat) override {
    if (auto error = refused(StoreOperation::load)) return *error;
    return inner_->load(chat);
  }
  Result<std::optional<MessageNumber>> find_message(const ChatId& chat, const ProviderMessageId& id) override {
    if (auto error = refused(StoreOperation::find)) return *error;
    return inner_->find_message(chat, id);
  }
  Result<void> commit(std::span<const Commit> batch) override {
    if (auto error = refused(StoreOperation::commit)) return *error;
    return inner_->commit(batch);
  }
  Result<std::vector<ChatId>> due(Instant now, std::size_t max) override {
    if (auto error = refused(StoreOperation::scan)) return *error;
    return inner_->due(now, max);
  }
  Result<std::optional<Instant>> next_deadline() override {
    if (auto error = refused(StoreOperation::scan)) return *error;
    return inner_->next_deadline();
  }
  Result<std::vector<ChatId>> recoverable(const ChatId& after, std::size_t max) override {
    if (auto error = refused(StoreOperation::scan)) return *error;
    return inner_->recoverable(after, max);
  }
  Result<std::vector<StoredMessage>> messages(const ChatId& chat, std::span<const MessageNumber> numbers) override {
    if (auto error = refused(StoreOperation::read)) return *error;
    return inner_->messages(chat, numbers);
  }
  Result<std::vector<StoredMessage>> latest_messages(const ChatId& chat, SessionNumber session,
                                                     std::size_t max) override {
    if (auto error = refused(StoreOperation::read)) return *error;
    return inner_->latest_messages(chat, session, max);
  }
  Result<std::vector<Decision>> decisions(const ChatId& chat, std::uint64_t from, std::size_t max) override {
    if (auto error = refused(StoreOperation::read)) return *error;
    return inner_->decisions(chat, from, max);
  }

 protected:
  /// Asked before each call is handed on; an error is the answer in its stead.
  [[nodiscard]] virtual std::optional<Error> refused(StoreOperation) { return std::nullopt; }
  [[nodiscard]] Store& inner() { return *inner_; }

 private:
  Store* inner_;
};

}  // namespace sessioncore::testing
