// The store contract: chats, their facts, states and keys.
#include "testing/contract_support.hpp"

namespace sessioncore::testing {
namespace {

void an_empty_store_knows_nothing(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  const ChatId unknown("unknown");
  const MessageNumber one = 1;
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_chat(facts_of("unknown").key)));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->load(unknown)));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(unknown, ProviderMessageId("p"))));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->due({1'790'000'000'000}, 10)).empty());
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->next_deadline()));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->recoverable(ChatId(), 10)).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->messages(unknown, {&one, 1})).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->latest_messages(unknown, 1, 10)).empty());
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->decisions(unknown, 0, 10)).empty());
  CONTRACT_DONE(report, store->commit({}));
}

void a_state_is_loaded_as_it_was_stored(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  const std::vector<PhaseData> phases = {std::monostate(),
                                         Waiting{{5}},
                                         AiActive{},
                                         AiActive{{Instant{0}, std::nullopt, Turn{}}, Instant{1}},
                                         Queued{QueueReason::turn_limit, {3}, Instant{4}, {}},
                                         Queued{},
                                         HumanActive{UserId("ada@example.com"), {6}},
                                         HumanActive{std::nullopt, {0}},
                                         HumanActive{UserId(), {0}},
                                         Resolved{ResolvedBy::timeout, {7}},
                                         Resolved{ResolvedBy::human, {0}}};
  Commit commit = commit_of("a", 0);
  commit.state = full_state();
  CONTRACT_DONE(report, testing::store(*store, commit));
  for (const PhaseData& phase : phases) {
    commit.expected_version = commit.state.version++;
    commit.state.phase = phase;
    CONTRACT_DONE(report, testing::store(*store, commit));
    const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
    CONTRACT_CHECK(report, loaded && loaded->state == commit.state);
    CONTRACT_CHECK(report, loaded && loaded->facts == commit.facts);
  }
  commit.expected_version = commit.state.version;
  commit.state = Conversation();
  commit.state.version = commit.expected_version + 1;
  CONTRACT_DONE(report, testing::store(*store, commit));
  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state == commit.state);
}

void a_chat_is_found_by_its_whole_key(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Commit commit = commit_of("a", 0);
  commit.facts.key = {TenantId("t"), "web", "12"};
  CONTRACT_DONE(report, testing::store(*store, commit));
  Commit other = commit_of("b", 0);
  other.facts.key = {TenantId("tw"), "eb", "12"};
  CONTRACT_DONE(report, testing::store(*store, other));
  const auto find = [&](const char* tenant, const char* channel, const char* external_id) {
    return CONTRACT_VALUE(report, store->find_chat({TenantId(tenant), channel, external_id}));
  };
  CONTRACT_CHECK(report, find("t", "web", "12") == ChatId("a"));
  CONTRACT_CHECK(report, find("tw", "eb", "12") == ChatId("b"));
  CONTRACT_CHECK(report, !find("t", "web", "1"));
  CONTRACT_CHECK(report, !find("t", "we", "b12"));
  CONTRACT_CHECK(report, !find("T", "web", "12"));
  CONTRACT_CHECK(report, !find("", "web", "12"));
}

void a_key_belongs_to_one_chat(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0)));
  CONTRACT_DONE(report, testing::store(*store, commit_of("b", 0)));
  Commit thief = commit_of("c", 0);
  thief.facts.key = facts_of("a").key;
  CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, thief));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->load(ChatId("c"))));
  Commit mover = commit_of("b", 1);
  mover.facts_changed = true;
  mover.facts.key = facts_of("a").key;
  CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, mover));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_chat(facts_of("a").key)) == ChatId("a"));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_chat(facts_of("b").key)) == ChatId("b"));
}

void facts_change_only_when_told(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0)));
  Commit commit = commit_of("a", 1);
  commit.facts.contact_name = "Grace";
  CONTRACT_DONE(report, testing::store(*store, commit));
  auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->facts == facts_of("a"));

  Commit changed = commit_of("a", 2);
  changed.facts_changed = true;
  changed.facts = {ChatId("a"), {TenantId("t2"), "c2", "e2"}, AccountId("acc2"), "Grace \xC3\x87", "", {42}};
  CONTRACT_DONE(report, testing::store(*store, changed));
  loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->facts == changed.facts);
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_chat(facts_of("a").key)));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_chat(changed.facts.key)) == ChatId("a"));
}

void the_version_is_checked(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, commit_of("a", 1)));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0)));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 1)));
  for (const std::uint64_t wrong : {0U, 1U, 3U}) {
    CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, commit_of("a", wrong, {message(9, "lost")})));
  }
  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state.version == 2);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->latest_messages(ChatId("a"), 1, 10)).empty());

  // A step that changes nothing leaves the version as it is; it still has a decision to keep.
  Commit unchanged = commit_of("a", 2);
  unchanged.state.version = 2;
  CONTRACT_DONE(report, testing::store(*store, unchanged));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 10)).size() == 3);
}

void a_new_chat_may_keep_version_zero(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Commit ignored = commit_of("a", 0);
  ignored.state = Conversation();
  CONTRACT_DONE(report, testing::store(*store, ignored));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->load(ChatId("a"))));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0)));
  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state.version == 1);
}

void senseless_commits_are_refused(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Commit commit = commit_of("a", 0);
  commit.facts.id = ChatId();
  CONTRACT_FAILS(report, ErrorCode::invalid_argument, testing::store(*store, commit));
  commit = commit_of("a", 0);
  commit.decision.policy = nullptr;
  CONTRACT_FAILS(report, ErrorCode::invalid_argument, testing::store(*store, commit));
  CONTRACT_FAILS(report, ErrorCode::invalid_argument,
                 testing::store(*store, commit_of("a", 0, {message(0, "no number")})));
  CONTRACT_FAILS(report, ErrorCode::invalid_argument, testing::store(*store, commit_of("a", 0, {SessionChanged{}})));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->load(ChatId("a"))));
}

void what_was_committed_survives_reopening(const StoreFixture& fixture, StoreReport& report) {
  if (!fixture.reopen) return;
  auto store = fixture.fresh();
  Commit first = commit_of("a", 0, {message(1, "one", "p1"), SessionChanged{}});
  std::get<SessionChanged>(first.records[1]).number = 1;
  first.state = full_state();
  first.deadline = Instant{500};
  first.needs_recovery = true;
  CONTRACT_DONE(report, testing::store(*store, first));
  store = fixture.reopen(std::move(store));
  const auto loaded = CONTRACT_VALUE(report, store->load(ChatId("a")));
  CONTRACT_CHECK(report, loaded && loaded->state == first.state && loaded->facts == first.facts);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_chat(first.facts.key)) == ChatId("a"));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(ChatId("a"), ProviderMessageId("p1"))) == 1U);
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->next_deadline()) == Instant{500});
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->recoverable(ChatId(), 9)).size() == 1);
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 1, {message(2, "two", "p2")})));
  store = fixture.reopen(std::move(store));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->latest_messages(ChatId("a"), 1, 9)).size() == 2);
  const auto decisions = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 9));
  CONTRACT_CHECK(report, decisions.size() == 2 && same(decisions[0], first.decision));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->next_deadline()));
}

}  // namespace

std::vector<StoreRequirement> chat_requirements() {
  return {{"an empty store knows nothing", an_empty_store_knows_nothing},
          {"a state is loaded as it was stored", a_state_is_loaded_as_it_was_stored},
          {"a chat is found by its whole key", a_chat_is_found_by_its_whole_key},
          {"a key belongs to one chat", a_key_belongs_to_one_chat},
          {"facts change only when told", facts_change_only_when_told},
          {"the version is checked", the_version_is_checked},
          {"a new chat may keep version zero", a_new_chat_may_keep_version_zero},
          {"senseless commits are refused", senseless_commits_are_refused},
          {"what was committed survives reopening", what_was_committed_survives_reopening}};
}

}  // namespace sessioncore::testing
