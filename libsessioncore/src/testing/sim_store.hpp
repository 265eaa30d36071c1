// The store of a simulation: in memory, failing on request, and dishonest under sabotage.
#pragma once

#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/memory_store.hpp>
#include <sessioncore/testing/simulator.hpp>

namespace sessioncore::testing {

// What sabotage does to a commit, both in the store and before the eyes of the checkers.
[[nodiscard]] Commit sabotaged(Commit commit, Sabotage sabotage, const MemoryStore& store);

class SimStore {
 public:
  explicit SimStore(Sabotage sabotage) : gate_(memory_, sabotage), faulty_(gate_) {}
  SimStore(const SimStore&) = delete;
  SimStore& operator=(const SimStore&) = delete;

  [[nodiscard]] FaultStore& port() { return faulty_; }
  [[nodiscard]] MemoryStore& truth() { return memory_; }

 private:
  class Gate final : public Store {
   public:
    Gate(MemoryStore& inner, Sabotage sabotage) : inner_(inner), sabotage_(sabotage) {}
    Result<std::optional<ChatId>> find_chat(const ChatKey& key) override { return inner_.find_chat(key); }
    Result<std::optional<StoredChat>> load(const ChatId& chat) override { return inner_.load(chat); }
    Result<std::optional<MessageNumber>> find_message(const ChatId& chat, const ProviderMessageId& id) override {
      return inner_.find_message(chat, id);
    }
    Result<void> commit(std::span<const Commit> batch) override;
    Result<std::vector<ChatId>> due(Instant now, std::size_t max) override { return inner_.due(now, max); }
    Result<std::optional<Instant>> next_deadline() override { return inner_.next_deadline(); }
    Result<std::vector<ChatId>> recoverable(const ChatId& after, std::size_t max) override {
      return inner_.recoverable(after, max);
    }
    Result<std::vector<StoredMessage>> messages(const ChatId& chat, std::span<const MessageNumber> n) override {
      return inner_.messages(chat, n);
    }
    Result<std::vector<StoredMessage>> latest_messages(const ChatId& chat, SessionNumber session,
                                                       std::size_t max) override {
      return inner_.latest_messages(chat, session, max);
    }
    Result<std::vector<Decision>> decisions(const ChatId& chat, std::uint64_t from, std::size_t max) override {
      return inner_.decisions(chat, from, max);
    }

   private:
    MemoryStore& inner_;
    Sabotage sabotage_;
  };

  MemoryStore memory_;
  Gate gate_;
  FaultStore faulty_;
};

}  // namespace sessioncore::testing
