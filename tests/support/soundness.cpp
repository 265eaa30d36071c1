#include "support/soundness.hpp"

#include <algorithm>

namespace sessioncore::test_support {
namespace {

const AgentWork* work_of(const Conversation& state) {
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) return &ai->work;
  if (const auto* queued = std::get_if<Queued>(&state.phase)) return &queued->work;
  return nullptr;
}

const char* unsound_link(const Conversation& state, const AgentWork* work) {
  const Link& link = state.link;
  if (work == nullptr)
    return link.stage == LinkStage::closed ? nullptr : "P3: a link, and the conversation is not the agent's";
  if (link.stage == LinkStage::ready && !state.session.agent_last_interaction_at) return "a link of no known age";
  if (!work->turn) return nullptr;
  if (work->turn->batch > state.pending.size()) return "a turn that asks more than there is";
  if (link.stage == LinkStage::closed) return "a turn without a link";
  const bool asked = work->turn->stage != TurnStage::unasked;
  return asked && (link.stage != LinkStage::ready || link.questions == 0) ? "a turn asked on no link" : nullptr;
}

const char* unsound_sends(const Conversation& state) {
  const auto count = [&](auto which) { return std::count_if(state.sends.begin(), state.sends.end(), which); };
  if (count([](const Send& send) { return send.stage == SendStage::performing; }) > 1)
    return "two texts on their way at once";
  // Kept for the account, behind others, or out already: that has no deadline.
  return count([](const Send& send) { return send.deadline.has_value(); }) > 1 ? "two sends with a deadline" : nullptr;
}

bool bounded(const Conversation& state, const Policy& policy) {
  return state.pending.size() <= policy.pending_messages_max && state.answers.size() <= policy.sends_max + 1 &&
         state.sends.size() <= 2 * policy.sends_max + policy.echoes_max &&
         state.turn_starts.size() <= policy.ai_turns_per_hour_max &&
         state.link.answered_digests.size() <= policy.sends_max + 1;
}

}  // namespace

const char* unsound(const Conversation& state, const Policy& policy) {
  const bool active = has_active_session(state);
  if (state.closed && active) return "a closed chat with a session";
  if (!active && !(state.pending.empty() && state.answers.empty())) return "questions without a session";
  if (const char* wrong = unsound_link(state, work_of(state))) return wrong;
  if (const char* wrong = unsound_sends(state)) return wrong;
  return bounded(state, policy) ? nullptr : "more than the policy allows";
}

}  // namespace sessioncore::test_support
