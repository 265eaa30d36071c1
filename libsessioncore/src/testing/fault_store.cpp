#include <sessioncore/testing/fault_store.hpp>

namespace sessioncore::testing {
namespace {

std::string_view name(StoreOperation operation) {
  switch (operation) {
    case StoreOperation::commit: return "commit";
    case StoreOperation::load: return "load";
    case StoreOperation::find: return "find";
    case StoreOperation::scan: return "scan";
    case StoreOperation::read: return "read";
  }
  return "";
}

}  // namespace

void FaultStore::fail_next(StoreOperation operation, StoreFault fault, std::size_t count) {
  orders_.push_back({operation, fault, count});
}

StoreFault FaultStore::next(StoreOperation operation) {
  for (Order& order : orders_) {
    if (order.operation != operation || order.count == 0) continue;
    --order.count;
    return order.fault;
  }
  return plan_ ? plan_(operation) : StoreFault::none;
}

Error FaultStore::failure(StoreOperation operation) {
  ++failures_;
  return Error{code_, "a requested failure of " + std::string(name(operation))};
}

Result<void> FaultStore::commit(std::span<const Commit> batch) {
  const StoreFault fault = next(StoreOperation::commit);
  if (fault == StoreFault::none) return inner_->commit(batch);
  if (fault == StoreFault::after) {
    if (auto stored = inner_->commit(batch); !stored) return stored;
  }
  return failure(StoreOperation::commit);
}

Result<std::optional<ChatId>> FaultStore::find_chat(const ChatKey& key) {
  if (next(StoreOperation::find) != StoreFault::none) return failure(StoreOperation::find);
  return inner_->find_chat(key);
}

Result<std::optional<MessageNumber>> FaultStore::find_message(const ChatId& chat, const ProviderMessageId& id) {
  if (next(StoreOperation::find) != StoreFault::none) return failure(StoreOperation::find);
  return inner_->find_message(chat, id);
}

Result<std::optional<StoredChat>> FaultStore::load(const ChatId& chat) {
  if (next(StoreOperation::load) != StoreFault::none) return failure(StoreOperation::load);
  return inner_->load(chat);
}

Result<std::vector<ChatId>> FaultStore::due(Instant now, std::size_t max) {
  if (next(StoreOperation::scan) != StoreFault::none) return failure(StoreOperation::scan);
  return inner_->due(now, max);
}

Result<std::optional<Instant>> FaultStore::next_deadline() {
  if (next(StoreOperation::scan) != StoreFault::none) return failure(StoreOperation::scan);
  return inner_->next_deadline();
}

Result<std::vector<ChatId>> FaultStore::recoverable(const ChatId& after, std::size_t max) {
  if (next(StoreOperation::scan) != StoreFault::none) return failure(StoreOperation::scan);
  return inner_->recoverable(after, max);
}

Result<std::vector<StoredMessage>> FaultStore::messages(const ChatId& chat, std::span<const MessageNumber> numbers) {
  if (next(StoreOperation::read) != StoreFault::none) return failure(StoreOperation::read);
  return inner_->messages(chat, numbers);
}

Result<std::vector<StoredMessage>> FaultStore::latest_messages(const ChatId& chat, SessionNumber session,
                                                               std::size_t max) {
  if (next(StoreOperation::read) != StoreFault::none) return failure(StoreOperation::read);
  return inner_->latest_messages(chat, session, max);
}

Result<std::vector<Decision>> FaultStore::decisions(const ChatId& chat, std::uint64_t from, std::size_t max) {
  if (next(StoreOperation::read) != StoreFault::none) return failure(StoreOperation::read);
  return inner_->decisions(chat, from, max);
}

}  // namespace sessioncore::testing
