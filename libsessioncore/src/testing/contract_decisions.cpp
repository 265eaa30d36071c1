// The store contract: the audit log, complete enough to replay.
#include "testing/contract_support.hpp"
#include "testing/one_of_each.hpp"

#include <sessioncore/core/rules.hpp>

namespace sessioncore::testing {
namespace {

std::vector<std::string_view> some_rules() {
  std::vector<std::string_view> ids;
  for (const RuleTable& table : rule_tables()) {
    if (!table.rows.empty()) ids.push_back(table.rows.back().id);
  }
  return ids;
}

void decisions_come_as_they_were_taken(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  std::vector<Commit> commits;
  for (const Event& event : one_of_each_event()) {
    commits.push_back(commit_of("a", commits.size()));
    Decision& decision = commits.back().decision;
    decision.event = event;
    decision.before = Phase::queued;
    decision.after = Phase::resolved;
    decision.outcome.verdict = Verdict::rejected;
    decision.outcome.reason = Reason::too_many_sends;
    decision.outcome.rules = some_rules();
    decision.outcome.held_by = UserId("grace@example.com");
    decision.outcome.held_since = Instant{5};
    decision.outcome.pending_count = 3;
    decision.outcome.message = 9;
    decision.effects = one_of_each_effect();
  }
  commits.back().decision.outcome = {};
  commits.back().decision.effects.clear();
  CONTRACT_DONE(report, store->commit(commits));
  const auto stored = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 1000));
  CONTRACT_CHECK(report, stored.size() == commits.size());
  for (std::size_t n = 0; n < std::min(stored.size(), commits.size()); ++n) {
    CONTRACT_CHECK(report, same(stored[n], commits[n].decision));
  }
}

void decisions_come_in_pages(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  constexpr std::uint64_t kDecisions = 25;
  for (std::uint64_t n = 0; n < kDecisions; ++n) {
    Commit commit = commit_of("a", n);
    commit.decision.event = SendFailed{{static_cast<MessageNumber>(n), 1}, SendFailure::permanent, ""};
    CONTRACT_DONE(report, testing::store(*store, commit));
    CONTRACT_DONE(report, testing::store(*store, commit_of("b", n)));
  }
  const auto page = [&](std::uint64_t from, std::size_t max) {
    std::vector<MessageNumber> numbers;
    for (const Decision& one : CONTRACT_VALUE(report, store->decisions(ChatId("a"), from, max))) {
      const auto* const event = std::get_if<SendFailed>(&one.event);
      numbers.push_back(event != nullptr ? event->send.message : 9999);
    }
    return numbers;
  };
  using Numbers = std::vector<MessageNumber>;
  CONTRACT_CHECK(report, page(0, 3) == (Numbers{0, 1, 2}));
  CONTRACT_CHECK(report, page(3, 3) == (Numbers{3, 4, 5}));
  CONTRACT_CHECK(report, page(23, 9) == (Numbers{23, 24}));
  CONTRACT_CHECK(report, page(25, 9).empty());
  CONTRACT_CHECK(report, page(0, 0).empty());
  CONTRACT_CHECK(report, page(1'000'000'000'000ULL, 9).empty());
  CONTRACT_CHECK(report, page(0, 1000).size() == kDecisions);
}

void each_decision_keeps_its_policy(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  Policy strict;
  strict.agent = AgentId("reception");
  strict.grace_period = Duration(1);
  strict.fallback_text = "We will call you.";
  strict.on_ambiguous_send = AmbiguousSend::ask_operator;
  const auto first = std::make_shared<const Policy>(strict);
  strict.blacklisted = true;
  strict.account = AccountState::removed;
  strict.context_labels.agent = "Bot";
  const auto second = std::make_shared<const Policy>(strict);
  const std::vector<std::shared_ptr<const Policy>> policies = {first, second, first,
                                                               std::make_shared<const Policy>(*second)};
  for (std::uint64_t n = 0; n < policies.size(); ++n) {
    Commit commit = commit_of("a", n);
    commit.decision.policy = policies[n];
    CONTRACT_DONE(report, testing::store(*store, commit));
  }
  const auto stored = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, 9));
  CONTRACT_CHECK(report, stored.size() == policies.size());
  for (std::size_t n = 0; n < std::min(stored.size(), policies.size()); ++n) {
    CONTRACT_CHECK(report, stored[n].policy != nullptr && *stored[n].policy == *policies[n]);
  }
}

// A new policy may be given the address of one that is gone: the address alone says nothing.
void a_policy_is_not_mistaken_for_an_earlier_one(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  constexpr std::uint64_t kPolicies = 200;
  for (std::uint64_t n = 0; n < kPolicies; ++n) {
    Policy policy;
    policy.grace_period = Duration(static_cast<std::int64_t>(n));
    Commit commit = commit_of("a", n);
    commit.decision.policy = std::make_shared<const Policy>(policy);
    CONTRACT_DONE(report, testing::store(*store, commit));
  }
  const auto stored = CONTRACT_VALUE(report, store->decisions(ChatId("a"), 0, kPolicies));
  std::uint64_t right = 0;
  for (std::size_t n = 0; n < stored.size(); ++n) {
    right += stored[n].policy->grace_period == Duration(static_cast<std::int64_t>(n)) ? 1 : 0;
  }
  CONTRACT_CHECK(report, right == kPolicies);
}

}  // namespace

std::vector<StoreRequirement> decision_requirements() {
  return {{"decisions come as they were taken", decisions_come_as_they_were_taken},
          {"decisions come in pages", decisions_come_in_pages},
          {"each decision keeps its policy", each_decision_keeps_its_policy},
          {"a policy is not mistaken for an earlier one", a_policy_is_not_mistaken_for_an_earlier_one}};
}

}  // namespace sessioncore::testing
