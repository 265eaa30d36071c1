// What counting one step costs the engine: no decision may wait for its metrics.
#include "metrics/metrics.hpp"
#include "support/metrics_text.hpp"

#include <algorithm>
#include <ctime>

#include <doctest/doctest.h>

#include <sessioncore/core/step.hpp>

using namespace sessioncore;
using namespace sessioncore::server;

namespace {

// One step as the engine would hand it to a sink.
Commit commit_of(const Conversation* before, const Event& event, Instant now) {
  static const auto kPolicy = std::make_shared<const Policy>();
  Commit commit;
  if (before != nullptr) commit.before = *before;
  Step decided = step(commit.before.value_or(Conversation()), event, *kPolicy, now);
  commit.decision.at = now;
  commit.decision.policy = kPolicy;
  commit.decision.event = event;
  commit.decision.outcome = std::move(decided.outcome);
  commit.decision.effects = std::move(decided.effects);
  commit.records = std::move(decided.records);
  commit.state = std::move(decided.next);
  return commit;
}

ContactMessage message(const std::string& id) {
  ContactMessage message;
  message.provider_id = ProviderMessageId(id);
  message.text = "Hello";
  return message;
}

}  // namespace

TEST_CASE("counting a step takes microseconds at most") {
  Metrics metrics;
  const Commit first = commit_of(nullptr, message("m1"), {1000});
  const Commit second = commit_of(&first.state, message("m2"), {2000});
  metrics.chats().committed(first);
  constexpr int kRounds = 20;
  constexpr int kInRound = 10'000;
  double each = 1e9;  // in the quickest round: a machine that stands still for a while stands still in one of them
  for (int round = 0; round < kRounds; ++round) {
    const std::clock_t began = std::clock();  // of this process: others may use the machine as well
    for (int n = 0; n < kInRound; ++n) metrics.chats().committed(second);
    each = std::min(each, static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC * 1e9 / kInRound);
  }
  MESSAGE("one step: ", each, " ns");
  CHECK(each < 20'000);
  const e2e::MetricsText text(metrics.text({}));
  CHECK(text.value("sessiond_decisions_total{rule=\"18.1/3\"}") == kRounds * kInRound);
  CHECK(text.value("sessiond_chats{phase=\"waiting\"}") == 1);
}
