#include "testing/sim_store.hpp"

#include <algorithm>

namespace sessioncore::testing {
namespace {

bool sends_agent_text(const Commit& commit, const MemoryStore& store) {
  for (const Effect& effect : commit.decision.effects) {
    const auto* send = std::get_if<SendMessage>(&effect);
    if (send == nullptr) continue;
    for (const StoredMessage& message : store.all_messages(commit.facts.id)) {
      if (message.number == send->send.message && message.author == Author::ai) return true;
    }
  }
  return false;
}

bool sends_anything(const Commit& commit) {
  return std::any_of(commit.decision.effects.begin(), commit.decision.effects.end(),
                     [](const Effect& effect) { return std::holds_alternative<SendMessage>(effect); });
}

// The policy stored with the commit is another one than decided it.
void pretend(Commit& commit, AccountState account) {
  Policy policy = *commit.decision.policy;
  policy.account = account;
  commit.decision.policy = std::make_shared<const Policy>(std::move(policy));
}

}  // namespace

Commit sabotaged(Commit commit, Sabotage sabotage, const MemoryStore& store) {
  if (sabotage == Sabotage::agent_speaks_in_human_phase && sends_agent_text(commit, store)) {
    commit.decision.after = Phase::human;
  }
  if (sabotage == Sabotage::send_while_disconnected && sends_anything(commit)) {
    pretend(commit, AccountState::disconnected);
  }
  if (sabotage == Sabotage::ask_before_listening && std::holds_alternative<Tick>(commit.decision.event)) {
    pretend(commit, AccountState::catching_up);
  }
  if (sabotage == Sabotage::store_wrong_deadline && commit.deadline) commit.deadline = *commit.deadline + Duration(1);
  const bool just_arrived = std::holds_alternative<ContactMessage>(commit.decision.event);
  if (sabotage == Sabotage::drop_pending_message && !just_arrived && commit.state.pending.size() > 1) {
    commit.state.pending.pop_back();
  }
  if (sabotage == Sabotage::falsify_log) commit.decision.outcome.pending_count += 1;
  return commit;
}

Result<void> SimStore::Gate::commit(std::span<const Commit> batch) {
  const bool dishonest = sabotage_ == Sabotage::store_wrong_deadline || sabotage_ == Sabotage::falsify_log;
  if (!dishonest) return ForwardingStore::commit(batch);
  std::vector<Commit> changed;
  for (const Commit& commit : batch) changed.push_back(sabotaged(commit, sabotage_, memory_));
  return ForwardingStore::commit(changed);
}

}  // namespace sessioncore::testing
