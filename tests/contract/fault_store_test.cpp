#include <doctest/doctest.h>

#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/memory_store.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;

namespace {

Commit first_commit() {
  Commit commit;
  commit.facts.id = ChatId("a");
  commit.facts.key = {TenantId("t"), "c", "e"};
  commit.facts_changed = true;
  commit.state.version = 1;
  commit.decision.policy = std::make_shared<const Policy>();
  return commit;
}

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("fault store: a commit fails before or after it was stored") {
    MemoryStore inner;
    FaultStore store(inner);
    const Commit commit = first_commit();
    store.fail_next(StoreOperation::commit, StoreFault::before);
    const auto before = store.commit({&commit, 1});
    REQUIRE_FALSE(before.has_value());
    CHECK(before.error().code == ErrorCode::unavailable);
    CHECK(inner.chats().empty());

    store.fail_next(StoreOperation::commit, StoreFault::after);
    CHECK_FALSE(store.commit({&commit, 1}).has_value());
    CHECK(inner.chats().size() == 1);

    // Once more only meets the version that the lost answer was about.
    CHECK(store.commit({&commit, 1}).error().code == ErrorCode::conflict);
    CHECK(store.failures() == 2);
  }

  TEST_CASE("fault store: each kind of operation fails on request, as often as asked") {
    MemoryStore inner;
    FaultStore store(inner);
    const Commit commit = first_commit();
    REQUIRE(store.commit({&commit, 1}).has_value());
    const ChatId chat("a");
    const MessageNumber one = 1;
    store.error(ErrorCode::corrupt);
    store.fail_next(StoreOperation::load, StoreFault::before, 2);
    CHECK(store.load(chat).error().code == ErrorCode::corrupt);
    CHECK_FALSE(store.load(chat).has_value());
    CHECK(store.load(chat).has_value());

    store.plan([](StoreOperation operation) {
      return operation == StoreOperation::commit ? StoreFault::none : StoreFault::before;
    });
    CHECK_FALSE(store.find_chat(commit.facts.key).has_value());
    CHECK_FALSE(store.find_message(chat, ProviderMessageId("p")).has_value());
    CHECK_FALSE(store.due({0}, 1).has_value());
    CHECK_FALSE(store.next_deadline().has_value());
    CHECK_FALSE(store.recoverable(chat, 1).has_value());
    CHECK_FALSE(store.messages(chat, {&one, 1}).has_value());
    CHECK_FALSE(store.latest_messages(chat, 1, 1).has_value());
    CHECK_FALSE(store.decisions(chat, 0, 1).has_value());
    CHECK(store.commit({}).has_value());
    store.plan({});
    CHECK(store.next_deadline().has_value());
    CHECK(store.failures() == 10);
  }

  TEST_CASE("memory store: a copy is a snapshot") {
    MemoryStore store;
    const Commit commit = first_commit();
    REQUIRE(store.commit({&commit, 1}).has_value());
    MemoryStore snapshot = store;
    Commit next = first_commit();
    next.expected_version = 1;
    next.state.version = 2;
    next.deadline = Instant{7};
    REQUIRE(store.commit({&next, 1}).has_value());
    CHECK((*snapshot.load(ChatId("a")))->state.version == 1);
    CHECK_FALSE((*snapshot.next_deadline()).has_value());
    CHECK(snapshot.commit({&next, 1}).has_value());
  }
}
