// Chats the engine has seen lately: a bounded cache over the store, least recently used out first.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::detail {

[[nodiscard]] std::string text_of(const ChatKey& key);

class ChatCache {
 public:
  explicit ChatCache(std::size_t max) : max_(max) {}

  // Null if the chat is not here. The pointer holds until the next call of a member that is not const.
  [[nodiscard]] StoredChat* find(const ChatId& chat);
  [[nodiscard]] const ChatId* find(const ChatKey& key) const;
  StoredChat& put(StoredChat chat);
  void clear();

 private:
  struct Entry {
    StoredChat chat;
    std::list<ChatId>::iterator used;
  };

  std::size_t max_;
  std::list<ChatId> order_;  // most recently used first
  std::unordered_map<ChatId, Entry> chats_;
  std::unordered_map<std::string, ChatId> keys_;
};

}  // namespace sessioncore::detail
