/// Wraps a store and makes it fail on request, for tests of what must survive a failing store.
///
/// A commit can fail before anything is stored, or after everything is: the caller then does not know the outcome, as
/// when a connection breaks during the answer. Thread rule: one thread at a time, like every store.
#pragma once

#include <functional>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing {

enum class StoreOperation { commit, load, find, scan, read };
/// `before`: nothing was done. `after`: it was done, and its result was lost; the same as `before` unless it commits.
enum class StoreFault { none, before, after };

class FaultStore final : public Store {
 public:
  /// Asked before each operation. `find` is find_chat and find_message; `scan` is due, next_deadline and recoverable;
  /// `read` is messages, latest_messages and decisions.
  using Plan = std::function<StoreFault(StoreOperation)>;

  /// `inner` must outlive this object.
  explicit FaultStore(Store& inner) : inner_(&inner) {}

  /// Replaces the plan; an empty one never fails.
  void plan(Plan plan) { plan_ = std::move(plan); }
  /// The next `count` operations of this kind fail, whatever the plan says.
  void fail_next(StoreOperation operation, StoreFault fault = StoreFault::before, std::size_t count = 1);
  /// The code of the errors given; `unavailable` unless set.
  void error(ErrorCode code) { code_ = code; }
  /// How many operations have failed on request so far.
  [[nodiscard]] std::size_t failures() const { return failures_; }

  [[nodiscard]] Result<std::optional<ChatId>> find_chat(const ChatKey& key) override;
  [[nodiscard]] Result<std::optional<StoredChat>> load(const ChatId& chat) override;
  [[nodiscard]] Result<std::optional<MessageNumber>> find_message(const ChatId& chat,
                                                                  const ProviderMessageId& id) override;
  [[nodiscard]] Result<void> commit(std::span<const Commit> batch) override;
  [[nodiscard]] Result<std::vector<ChatId>> due(Instant now, std::size_t max) override;
  [[nodiscard]] Result<std::optional<Instant>> next_deadline() override;
  [[nodiscard]] Result<std::vector<ChatId>> recoverable(const ChatId& after, std::size_t max) override;
  [[nodiscard]] Result<std::vector<StoredMessage>> messages(const ChatId& chat,
                                                            std::span<const MessageNumber> numbers) override;
  [[nodiscard]] Result<std::vector<StoredMessage>> latest_messages(const ChatId& chat, SessionNumber session,
                                                                   std::size_t max) override;
  [[nodiscard]] Result<std::vector<Decision>> decisions(const ChatId& chat, std::uint64_t from,
                                                        std::size_t max) override;

 private:
  struct Order {
    StoreOperation operation;
    StoreFault fault;
    std::size_t count;
  };
  [[nodiscard]] StoreFault next(StoreOperation operation);
  [[nodiscard]] Error failure(StoreOperation operation);

  Store* inner_;
  Plan plan_;
  std::vector<Order> orders_;
  ErrorCode code_ = ErrorCode::unavailable;
  std::size_t failures_ = 0;
};

}  // namespace sessioncore::testing
