// The store contract: several commits in one transaction.
#include "testing/contract_support.hpp"

namespace sessioncore::testing {
namespace {

void check_nothing_of(const std::string& chat, Store& store, StoreReport& report) {
  const MessageNumber one = 1;
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store.load(ChatId(chat))));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store.find_chat(facts_of(chat).key)));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store.find_message(ChatId(chat), ProviderMessageId("p1"))));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store.messages(ChatId(chat), {&one, 1})).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store.decisions(ChatId(chat), 0, 9)).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store.due({1'000'000}, 9)).empty());
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store.next_deadline()));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store.recoverable(ChatId(), 9)).empty());
}

void a_batch_is_stored_whole_or_not_at_all(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Policy rules;
  rules.agent = AgentId("only in the failing batch");
  Commit good = commit_of("a", 0, {message(1, "one", "p1"), SessionChanged{}});
  std::get<SessionChanged>(good.records[1]).number = 1;
  good.decision.policy = std::make_shared<const Policy>(rules);
  good.deadline = Instant{5};
  good.needs_recovery = true;
  const std::vector<Commit> bad_version = {good, commit_of("b", 7)};
  CONTRACT_FAILS(report, ErrorCode::conflict, store->commit(bad_version));
  check_nothing_of("a", *store, report);
  const std::vector<Commit> bad_message = {good, commit_of("b", 0, {message(1, "x", "p1"), message(2, "y", "p1")})};
  CONTRACT_FAILS(report, ErrorCode::conflict, store->commit(bad_message));
  check_nothing_of("a", *store, report);
  check_nothing_of("b", *store, report);

  // What failed leaves no trace either in what the store remembers beside the data.
  CONTRACT_DONE(report, testing::store(*store, good));
  const auto decisions = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 9));
  CONTRACT_CHECK(report, decisions.size() == 1 && same(decisions[0], good.decision));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p1"))) == 1U);
}

void a_failed_batch_leaves_what_was_there(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Commit before = commit_of("a", 0, {message(1, "one", "p1")});
  before.deadline = Instant{5};
  CONTRACT_DONE(report, testing::store(*store, before));
  MessageUpdated changed = update(1);
  changed.text = "changed";
  changed.provider_id = ProviderMessageId("p2");
  Commit second = commit_of("a", 1, {changed, message(2, "two", "p3")});
  second.facts_changed = true;
  second.facts.key.external_id = "moved";
  second.facts.contact_name = "Grace";
  second.deadline = Instant{6};
  second.needs_recovery = true;
  const std::vector<Commit> batch = {second, commit_of("a", 7)};
  CONTRACT_FAILS(report, ErrorCode::conflict, store->commit(batch));

  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state == before.state && loaded->facts == before.facts);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_chat(facts_of("a").key)) == ChatId("a"));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p1"))) == 1U);
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p2"))));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p3"))));
  const std::vector<std::string> wanted = {"one"};
  CONTRACT_CHECK(report, texts(CONTRACT_VALUE(report, store->latest_messages(ChatId("a"), 1, 9))) == wanted);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->next_deadline()) == Instant{5});
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->recoverable(ChatId(), 9)).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 9)).size() == 1);
  second.facts_changed = false;
  CONTRACT_DONE(report, testing::store(*store, second));
}

void commits_of_one_chat_follow_each_other(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  MessageUpdated sent = update(2);
  sent.delivery = Delivery::sent;
  sent.provider_id = ProviderMessageId("p2");
  std::vector<Commit> batch = {commit_of("a", 0, {message(1, "one", "p1")}), commit_of("b", 0, {message(1, "b one")}),
                               commit_of("a", 1, {message(2, "two")}), commit_of("a", 2, {sent}), commit_of("b", 1)};
  batch[0].deadline = Instant{1};
  batch[0].needs_recovery = true;
  batch[2].facts_changed = true;
  batch[2].facts.contact_name = "Grace";
  batch[3].deadline = Instant{9};
  CONTRACT_DONE(report, store->commit(batch));
  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state == batch[3].state && loaded->facts == batch[2].facts);
  const auto stored = CONTRACT_VALUE(report, store->latest_messages(ChatId("a"), 1, 9));
  CONTRACT_CHECK(report, stored.size() == 2 && stored[1].delivery == Delivery::sent);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p2"))) == 2U);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->next_deadline()) == Instant{9});
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->due({8}, 9)).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->recoverable(ChatId(), 9)).empty());
  const auto decisions = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 9));
  CONTRACT_CHECK(report, decisions.size() == 3 && same(decisions[2], batch[3].decision));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->decisions(ChatId("b"), 0, 9)).size() == 2);

  const std::vector<Commit> broken = {commit_of("a", 3), commit_of("a", 3)};
  CONTRACT_FAILS(report, ErrorCode::conflict, store->commit(broken));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 3)));
}

void a_batch_may_be_large(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  constexpr int kChats = 1000;
  std::vector<Commit> batch;
  for (int n = 0; n < kChats; ++n) {
    batch.push_back(commit_of("chat-" + std::to_string(n), 0, {message(1, "hello", "p1")}));
    batch.back().deadline = Instant{n};
  }
  CONTRACT_DONE(report, store->commit(batch));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->due({kChats}, 2 * kChats)).size() == kChats);
  batch.clear();
  for (int n = kChats - 1; n >= 0; --n) batch.push_back(commit_of("chat-" + std::to_string(n), 1));
  CONTRACT_DONE(report, store->commit(batch));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->next_deadline()));
}

}  // namespace

std::vector<StoreRequirement> batch_requirements() {
  return {{"a batch is stored whole or not at all", a_batch_is_stored_whole_or_not_at_all},
          {"a failed batch leaves what was there", a_failed_batch_leaves_what_was_there},
          {"commits of one chat follow each other", commits_of_one_chat_follow_each_other},
          {"a batch may be large", a_batch_may_be_large}};
}

}  // namespace sessioncore::testing
