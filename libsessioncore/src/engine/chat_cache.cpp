#include "engine/chat_cache.hpp"

namespace sessioncore::detail {

std::string text_of(const ChatKey& key) {
  return key.tenant.value + '\n' + key.channel + '\n' + key.external_id;
}

StoredChat* ChatCache::find(const ChatId& chat) {
  const auto at = chats_.find(chat);
  if (at == chats_.end()) return nullptr;
  order_.splice(order_.begin(), order_, at->second.used);
  return &at->second.chat;
}

const ChatId* ChatCache::find(const ChatKey& key) const {
  const auto at = keys_.find(text_of(key));
  return at == keys_.end() ? nullptr : &at->second;
}

StoredChat& ChatCache::put(StoredChat chat) {
  if (StoredChat* present = find(chat.facts.id)) {
    *present = std::move(chat);
    return *present;
  }
  if (chats_.size() >= max_ && !order_.empty()) {
    const auto oldest = chats_.find(order_.back());
    keys_.erase(text_of(oldest->second.chat.facts.key));
    chats_.erase(oldest);
    order_.pop_back();
  }
  const ChatId id = chat.facts.id;
  order_.push_front(id);
  keys_.insert_or_assign(text_of(chat.facts.key), id);
  return chats_.insert_or_assign(id, Entry{std::move(chat), order_.begin()}).first->second.chat;
}

void ChatCache::clear() {
  chats_.clear();
  keys_.clear();
  order_.clear();
}

}  // namespace sessioncore::detail
