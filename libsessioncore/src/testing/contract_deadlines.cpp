// The store contract: the durable timer, and what to look after at the start.
#include "testing/contract_support.hpp"

namespace sessioncore::testing {
namespace {

using Ids = std::vector<ChatId>;

Commit with_deadline(const std::string& chat, std::uint64_t expected, std::optional<Instant> deadline) {
  Commit commit = commit_of(chat, expected);
  commit.deadline = deadline;
  return commit;
}

void due_chats_come_earliest_first(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  const std::vector<Commit> batch = {with_deadline("late", 0, Instant{300}), with_deadline("early", 0, Instant{100}),
                                     with_deadline("never", 0, std::nullopt), with_deadline("middle", 0, Instant{200}),
                                     with_deadline("before the epoch", 0, Instant{-5})};
  CONTRACT_DONE(report, store->commit(batch));
  const auto due = [&](std::int64_t now, std::size_t max) { return CONTRACT_VALUE(report, store->due({now}, max)); };
  CONTRACT_CHECK(report, due(-6, 9).empty());
  CONTRACT_CHECK(report, due(99, 9) == Ids{ChatId("before the epoch")});
  CONTRACT_CHECK(report, due(100, 9) == (Ids{ChatId("before the epoch"), ChatId("early")}));
  CONTRACT_CHECK(report,
                 due(1000, 9) == (Ids{ChatId("before the epoch"), ChatId("early"), ChatId("middle"), ChatId("late")}));
  CONTRACT_CHECK(report, due(1000, 2) == (Ids{ChatId("before the epoch"), ChatId("early")}));
  CONTRACT_CHECK(report, due(1000, 0).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->next_deadline()) == Instant{-5});
}

void a_deadline_moves_with_each_commit(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  const auto next = [&] { return CONTRACT_VALUE(report, store->next_deadline()); };
  CONTRACT_DONE(report, testing::store(*store, with_deadline("a", 0, Instant{100})));
  CONTRACT_DONE(report, testing::store(*store, with_deadline("b", 0, Instant{150})));
  CONTRACT_DONE(report, testing::store(*store, with_deadline("a", 1, Instant{200})));
  CONTRACT_CHECK(report, next() == Instant{150});
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->due({200}, 9)) == (Ids{ChatId("b"), ChatId("a")}));
  CONTRACT_DONE(report, testing::store(*store, with_deadline("b", 1, std::nullopt)));
  CONTRACT_CHECK(report, next() == Instant{200});
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->due({199}, 9)).empty());
  CONTRACT_DONE(report, testing::store(*store, with_deadline("a", 2, std::nullopt)));
  CONTRACT_CHECK(report, !next());
  CONTRACT_DONE(report, testing::store(*store, with_deadline("a", 3, Instant{0})));
  CONTRACT_CHECK(report, next() == Instant{0});
}

void recoverable_chats_come_in_pages(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  std::vector<Commit> batch;
  for (const char* chat : {"d", "b", "a", "e", "c", "B"}) {
    batch.push_back(commit_of(chat, 0));
    batch.back().needs_recovery = std::string_view(chat) != "b";
  }
  CONTRACT_DONE(report, store->commit(batch));
  const auto page = [&](const char* after, std::size_t max) {
    return CONTRACT_VALUE(report, store->recoverable(ChatId(after), max));
  };
  CONTRACT_CHECK(report, page("", 2) == (Ids{ChatId("B"), ChatId("a")}));
  CONTRACT_CHECK(report, page("a", 2) == (Ids{ChatId("c"), ChatId("d")}));
  CONTRACT_CHECK(report, page("d", 2) == Ids{ChatId("e")});
  CONTRACT_CHECK(report, page("e", 2).empty());
  CONTRACT_DONE(report, testing::store(*store, commit_of("c", 1)));
  CONTRACT_CHECK(report, page("a", 9) == (Ids{ChatId("d"), ChatId("e")}));
}

}  // namespace

std::vector<StoreRequirement> deadline_requirements() {
  return {{"due chats come earliest first", due_chats_come_earliest_first},
          {"a deadline moves with each commit", a_deadline_moves_with_each_commit},
          {"recoverable chats come in pages", recoverable_chats_come_in_pages}};
}

}  // namespace sessioncore::testing
