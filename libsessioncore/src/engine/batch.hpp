// One batch on its way through the engine: the states as they are in the middle of it, and what it will commit.
#pragma once

#include "engine/chat_cache.hpp"

#include <functional>
#include <unordered_map>
#include <vector>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore::detail {

// A tick that found nothing to do is no decision. But if the store named the chat as due, its deadline is not the one
// of its state, and would be due for ever: then the tick is stored, which puts it right.
enum class IdleTicks { left_out, stored };

class Batch {
 public:
  Batch(const EnginePorts& ports, const EngineOptions& options, ChatCache& cache, Instant now, IdleTicks idle_ticks)
      : ports_(ports), options_(options), cache_(cache), now_(now), idle_ticks_(idle_ticks) {}

  // Steps one input. A failure concerns this input, and those of its chat that come after it: whoever tries them again
  // keeps their order.
  Result<Reply> add(const std::variant<ChatId, ChatFacts>& target, Event event);

  [[nodiscard]] const std::vector<Commit>& commits() const { return commits_; }
  // After the commit: the states of this batch are the ones to go on from.
  void keep();

 private:
  struct Working {
    StoredChat chat;
    bool is_new = false;
    // What this batch has recorded, and the store does not know yet.
    std::unordered_map<ProviderMessageId, MessageNumber> numbers = {};
    std::unordered_map<MessageNumber, Delivery> deliveries = {};
  };

  Result<Working*> find(const std::variant<ChatId, ChatFacts>& target, const Event& event);
  Result<Working*> load(const ChatId& chat);
  Result<Working*> find_or_create(const ChatFacts& facts, const Event& event);
  // Fills in what only the store and this batch know: whether a message was seen before (P2), and its delivery (R17).
  Result<void> complete(const Working& working, Event& event);
  Result<std::optional<MessageNumber>> number_of(const Working& working, const ProviderMessageId& id);
  Result<Delivery> delivery_of(const Working& working, MessageNumber number);
  static void remember(Working& working, const std::vector<Record>& records);

  const EnginePorts& ports_;
  const EngineOptions& options_;
  ChatCache& cache_;
  Instant now_;
  IdleTicks idle_ticks_;
  std::unordered_map<ChatId, Working> working_;
  std::unordered_map<std::string, ChatId> new_keys_;
  std::unordered_map<ChatId, Error> failed_;  // what the next events of these chats are answered with
  std::vector<Commit> commits_;
};

}  // namespace sessioncore::detail
