#include <algorithm>
#include <functional>

#include <sessioncore/testing/memory_store.hpp>

namespace sessioncore::testing {
namespace {

std::tuple<std::string, std::string, std::string> parts(const ChatKey& key) {
  return {key.tenant.value, key.channel, key.external_id};
}

Error invalid(std::string detail) {
  return {ErrorCode::invalid_argument, std::move(detail)};
}
Error conflict(std::string detail) {
  return {ErrorCode::conflict, std::move(detail)};
}

}  // namespace

// Changes the store in place and remembers how to take each change back; what is not kept is taken back at the end.
class MemoryStore::Transaction {
 public:
  explicit Transaction(MemoryStore& store) : store_(store) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    std::reverse(undo_.begin(), undo_.end());  // the latest change first
    for (const auto& undo : undo_) undo();
  }

  void keep() { undo_.clear(); }

  Result<void> apply(const Commit& commit) {
    if (commit.facts.id.empty()) return invalid("facts.id is empty");
    if (commit.decision.policy == nullptr) return invalid("decision.policy is null");
    auto opened = open(commit);
    if (!opened) return opened.error();
    Chat& chat = **opened;
    for (const Record& record : commit.records) {
      if (auto stored = std::visit([&](const auto& row) { return store(chat, row); }, record); !stored) return stored;
    }
    chat.decisions.push_back(commit.decision);
    undo_.push_back([&chat] { chat.decisions.pop_back(); });
    set_state(chat, commit);
    return {};
  }

 private:
  Result<Chat*> open(const Commit& commit) {
    const auto found = store_.chats_.find(commit.facts.id);
    const bool exists = found != store_.chats_.end();
    const std::uint64_t version = exists ? found->second.state.version : 0;
    if (version != commit.expected_version) {
      return conflict("chat " + commit.facts.id.value + " has version " + std::to_string(version) + ", not " +
                      std::to_string(commit.expected_version));
    }
    if (exists && !commit.facts_changed) return &found->second;
    const auto [holder, added] = store_.by_key_.try_emplace(parts(commit.facts.key), commit.facts.id);
    if (holder->second != commit.facts.id) return conflict("the key of chat " + commit.facts.id.value + " is taken");
    if (added) undo_.push_back([this, key = parts(commit.facts.key)] { store_.by_key_.erase(key); });
    return exists ? change_facts(found->second, commit.facts) : create(commit.facts);
  }

  Result<Chat*> create(const ChatFacts& facts) {
    Chat& chat = store_.chats_[facts.id];
    undo_.push_back([this, id = facts.id] { store_.chats_.erase(id); });
    chat.facts = facts;
    return &chat;
  }

  Result<Chat*> change_facts(Chat& chat, const ChatFacts& facts) {
    if (!(chat.facts.key == facts.key)) {
      store_.by_key_.erase(parts(chat.facts.key));
      undo_.push_back([this, old = chat.facts] { store_.by_key_[parts(old.key)] = old.id; });
    }
    undo_.push_back([&chat, old = chat.facts] { chat.facts = old; });
    chat.facts = facts;
    return &chat;
  }

  Result<void> store(Chat& chat, const MessageRecorded& record) {
    if (record.number == 0) return invalid("a message has number 0");
    const auto name = [&] { return message_id(chat.facts.id, record.number); };
    if (chat.messages.contains(record.number)) return conflict(name() + " is stored already");
    if (!record.provider_id.empty()) {
      if (!chat.by_provider_id.try_emplace(record.provider_id, record.number).second) {
        return conflict(name() + " has a provider id that is stored already");
      }
      undo_.push_back([&chat, id = record.provider_id] { chat.by_provider_id.erase(id); });
    }
    chat.messages[record.number] = StoredMessage{record, false};
    undo_.push_back([&chat, number = record.number] { chat.messages.erase(number); });
    return {};
  }

  Result<void> store(Chat& chat, const MessageUpdated& record) {
    const auto found = chat.messages.find(record.number);
    if (found == chat.messages.end()) return invalid(message_id(chat.facts.id, record.number) + " does not exist");
    StoredMessage& message = found->second;
    undo_.push_back([&message, old = message] { message = old; });
    apply_update(message, record);
    if (record.provider_id) identify(chat, message, *record.provider_id);
    return {};
  }

  // The first message under an id keeps it: refusing would turn a provider's slip into an event that never commits.
  void identify(Chat& chat, StoredMessage& message, const ProviderMessageId& id) {
    if (id == message.provider_id || chat.by_provider_id.contains(id)) return;
    if (!message.provider_id.empty()) {
      chat.by_provider_id.erase(message.provider_id);
      undo_.push_back(
          [&chat, old = message.provider_id, number = message.number] { chat.by_provider_id[old] = number; });
    }
    if (!id.empty()) {
      chat.by_provider_id[id] = message.number;
      undo_.push_back([&chat, id] { chat.by_provider_id.erase(id); });
    }
    message.provider_id = id;
  }

  Result<void> store(Chat& chat, const SessionChanged& record) {
    if (record.number == 0) return invalid("a session has number 0");
    const auto found = chat.sessions.find(record.number);
    if (found == chat.sessions.end()) {
      undo_.push_back([&chat, number = record.number] { chat.sessions.erase(number); });
    } else {
      undo_.push_back([&chat, old = found->second] { chat.sessions[old.number] = old; });
    }
    chat.sessions[record.number] = record;
    return {};
  }

  void set_state(Chat& chat, const Commit& commit) {
    undo_.push_back([&chat, state = chat.state] { chat.state = state; });
    chat.state = commit.state;
    undo_.push_back([this, &chat, deadline = chat.deadline] { set_deadline(chat, deadline); });
    set_deadline(chat, commit.deadline);
    undo_.push_back([this, &chat, needed = chat.needs_recovery] { set_recovery(chat, needed); });
    set_recovery(chat, commit.needs_recovery);
  }

  void set_deadline(Chat& chat, std::optional<Instant> deadline) {
    if (chat.deadline) store_.deadlines_.erase({*chat.deadline, chat.facts.id});
    chat.deadline = deadline;
    if (deadline) store_.deadlines_.insert({*deadline, chat.facts.id});
  }

  void set_recovery(Chat& chat, bool needed) {
    chat.needs_recovery = needed;
    if (needed) {
      store_.recoverable_.insert(chat.facts.id);
    } else {
      store_.recoverable_.erase(chat.facts.id);
    }
  }

  MemoryStore& store_;
  std::vector<std::function<void()>> undo_;
};

Result<void> MemoryStore::commit(std::span<const Commit> batch) {
  Transaction transaction(*this);
  for (const Commit& one : batch) {
    if (auto applied = transaction.apply(one); !applied) return applied;
  }
  transaction.keep();
  return {};
}

const MemoryStore::Chat* MemoryStore::find(const ChatId& chat) const {
  const auto found = chats_.find(chat);
  return found == chats_.end() ? nullptr : &found->second;
}

Result<std::optional<ChatId>> MemoryStore::find_chat(const ChatKey& key) {
  const auto found = by_key_.find(parts(key));
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<StoredChat>> MemoryStore::load(const ChatId& chat) {
  const Chat* const found = find(chat);
  return found == nullptr ? std::nullopt : std::optional(StoredChat{found->facts, found->state});
}

Result<std::optional<MessageNumber>> MemoryStore::find_message(const ChatId& chat, const ProviderMessageId& id) {
  const Chat* const found = find(chat);
  if (found == nullptr || id.empty()) return std::optional<MessageNumber>();
  const auto message = found->by_provider_id.find(id);
  return message == found->by_provider_id.end() ? std::nullopt : std::optional(message->second);
}

Result<std::vector<ChatId>> MemoryStore::due(Instant now, std::size_t max) {
  std::vector<ChatId> ids;
  for (auto entry = deadlines_.begin(); entry != deadlines_.end() && entry->first <= now && ids.size() < max; ++entry) {
    ids.push_back(entry->second);
  }
  return ids;
}

Result<std::optional<Instant>> MemoryStore::next_deadline() {
  return deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first);
}

Result<std::vector<ChatId>> MemoryStore::recoverable(const ChatId& after, std::size_t max) {
  std::vector<ChatId> ids;
  for (auto id = recoverable_.upper_bound(after); id != recoverable_.end() && ids.size() < max; ++id) {
    ids.push_back(*id);
  }
  return ids;
}

Result<std::vector<StoredMessage>> MemoryStore::messages(const ChatId& chat, std::span<const MessageNumber> numbers) {
  std::vector<StoredMessage> found;
  const Chat* const row = find(chat);
  if (row == nullptr) return found;
  for (const MessageNumber number : numbers) {
    if (const auto message = row->messages.find(number); message != row->messages.end()) {
      found.push_back(message->second);
    }
  }
  return found;
}

Result<std::vector<StoredMessage>> MemoryStore::latest_messages(const ChatId& chat, SessionNumber session,
                                                                std::size_t max) {
  std::vector<StoredMessage> latest;
  const Chat* const row = find(chat);
  if (row == nullptr) return latest;
  for (const auto& [number, message] : row->messages) {
    if (message.session == session) latest.push_back(message);
  }
  std::sort(latest.begin(), latest.end(), written_before);
  if (latest.size() > max) latest.erase(latest.begin(), latest.end() - static_cast<std::ptrdiff_t>(max));
  return latest;
}

Result<std::vector<Decision>> MemoryStore::decisions(const ChatId& chat, std::uint64_t from, std::size_t max) {
  const Chat* const row = find(chat);
  if (row == nullptr || from >= row->decisions.size()) return std::vector<Decision>();
  const auto begin = row->decisions.begin() + static_cast<std::ptrdiff_t>(from);
  const auto count = std::min<std::uint64_t>(max, row->decisions.size() - from);
  return std::vector<Decision>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

std::vector<ChatId> MemoryStore::chats() const {
  std::vector<ChatId> ids;
  for (const auto& [id, chat] : chats_) ids.push_back(id);
  return ids;
}

std::vector<StoredMessage> MemoryStore::all_messages(const ChatId& chat) const {
  std::vector<StoredMessage> rows;
  const Chat* const found = find(chat);
  if (found == nullptr) return rows;
  for (const auto& [number, message] : found->messages) rows.push_back(message);
  return rows;
}

std::vector<SessionChanged> MemoryStore::sessions(const ChatId& chat) const {
  std::vector<SessionChanged> rows;
  const Chat* const found = find(chat);
  if (found == nullptr) return rows;
  for (const auto& [number, session] : found->sessions) rows.push_back(session);
  return rows;
}

std::optional<Instant> MemoryStore::deadline(const ChatId& chat) const {
  const Chat* const found = find(chat);
  return found == nullptr ? std::nullopt : found->deadline;
}

bool MemoryStore::needs_recovery(const ChatId& chat) const {
  const Chat* const found = find(chat);
  return found != nullptr && found->needs_recovery;
}

}  // namespace sessioncore::testing
