// One batch on its way through the engine: the states as they are in the middle of it, and what it will commit.
#pragma once

#include "engine/chat_cache.hpp"

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore::detail {

class Batch {
 public:
  Batch(const EnginePorts& ports, const EngineOptions& options, ChatCache& cache, Instant now)
      : ports_(ports), options_(options), cache_(cache), now_(now) {}

  // Steps one input. A failure concerns this input alone.
  Result<Reply> add(const std::variant<ChatId, ChatFacts>& target, Event event);

  [[nodiscard]] const std::vector<Commit>& commits() const { return commits_; }
  // After the commit: the states of this batch are the ones to go on from.
  void keep();

 private:
  struct Working {
    StoredChat chat;
    bool is_new = false;
    bool facts_changed = false;
  };

  Result<Working*> find(const std::variant<ChatId, ChatFacts>& target, const Event& event);
  Result<Working*> load(const ChatId& chat);
  Result<Working*> find_or_create(const ChatFacts& facts, const Event& event);
  // Fills in what only the store knows: whether a message was seen before (P2).
  Result<void> complete(const ChatId& chat, Event& event);
  Result<std::optional<MessageNumber>> known(const ChatId& chat, const ProviderMessageId& id);
  void remember_provider_ids(const ChatId& chat, const std::vector<Record>& records);

  const EnginePorts& ports_;
  const EngineOptions& options_;
  ChatCache& cache_;
  Instant now_;
  std::unordered_map<ChatId, Working> working_;
  std::unordered_map<std::string, ChatId> new_keys_;
  std::unordered_map<std::string, MessageNumber> provider_ids_;  // of this batch, not yet in the store
  std::vector<Commit> commits_;
};

}  // namespace sessioncore::detail
