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

std::optional<Error> FaultStore::refused(StoreOperation operation) {
  if (next(operation) == StoreFault::none) return std::nullopt;
  return failure(operation);
}

Result<void> FaultStore::commit(std::span<const Commit> batch) {
  const StoreFault fault = next(StoreOperation::commit);
  if (fault == StoreFault::before) return failure(StoreOperation::commit);
  auto stored = inner().commit(batch);
  if (!stored || fault == StoreFault::none) return stored;
  return failure(StoreOperation::commit);
}

}  // namespace sessioncore::testing
