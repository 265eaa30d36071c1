/// Wraps a store and makes it fail on request, for tests of what must survive a failing store.
///
/// A commit can fail before anything is stored, or after everything is: the caller then does not know the outcome, as
/// when a connection breaks during the answer. Thread rule: one thread at a time, like every store.
#pragma once

#include <functional>

#include <sessioncore/testing/forwarding_store.hpp>

namespace sessioncore::testing {

/// `before`: nothing was done. `after`: it was done, and its result was lost; the same as `before` unless it commits.
enum class StoreFault { none, before, after };

class FaultStore final : public ForwardingStore {
 public:
  /// Asked before each operation.
  using Plan = std::function<StoreFault(StoreOperation)>;

  using ForwardingStore::ForwardingStore;

  /// Replaces the plan; an empty one never fails.
  void plan(Plan plan) { plan_ = std::move(plan); }
  /// The next `count` operations of this kind fail, whatever the plan says.
  void fail_next(StoreOperation operation, StoreFault fault = StoreFault::before, std::size_t count = 1);
  /// The code of the errors given; `unavailable` unless set.
  void error(ErrorCode code) { code_ = code; }
  /// How many operations have failed on request so far.
  [[nodiscard]] std::size_t failures() const { return failures_; }

  [[nodiscard]] Result<void> commit(std::span<const Commit> batch) override;

 private:
  struct Order {
    StoreOperation operation;
    StoreFault fault;
    std::size_t count;
  };
  [[nodiscard]] std::optional<Error> refused(StoreOperation operation) override;
  [[nodiscard]] StoreFault next(StoreOperation operation);
  [[nodiscard]] Error failure(StoreOperation operation);

  Plan plan_;
  std::vector<Order> orders_;
  ErrorCode code_ = ErrorCode::unavailable;
  std::size_t failures_ = 0;
};

}  // namespace sessioncore::testing
