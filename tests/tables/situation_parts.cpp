#include "situation_parts.hpp"

#include "core/text.hpp"

namespace sessioncore::tables {

using std::chrono::seconds;

Situation in_phase(Phase phase) {
  Situation s;
  s.policy.agent = AgentId("agent");
  Conversation& state = s.state;
  state.link.agent = *s.policy.agent;
  state.message_count = 1;
  if (phase == Phase::none) return s;
  state.session.number = 1;
  state.session.started_at = kNow - seconds(60);
  state.session.message_count = 1;
  if (phase != Phase::resolved) state.pending.push_back({1, kNow - seconds(60)});
  if (phase != Phase::resolved && phase != Phase::waiting) {
    state.session.inactivity_deadline = kNow + seconds(1740);
  }
  switch (phase) {
    case Phase::none: break;
    case Phase::waiting: state.phase = Waiting{kNow + seconds(120)}; break;
    case Phase::ai: state.phase = AiActive{}; break;
    case Phase::queued: state.phase = Queued{QueueReason::requested, kNow - seconds(30), std::nullopt, {}}; break;
    case Phase::human: state.phase = HumanActive{UserId("u1"), kNow - seconds(30)}; break;
    case Phase::resolved: state.phase = Resolved{ResolvedBy::human, kNow - seconds(30)}; break;
  }
  return s;
}

bool has_work(Phase phase) {
  return phase == Phase::ai || phase == Phase::queued;
}

AgentWork& work_of(Conversation& state) {
  if (auto* queued = std::get_if<Queued>(&state.phase)) return queued->work;
  return std::get<AiActive>(state.phase).work;
}

void wait_for_link(Situation& s, LinkStage stage, Instant deadline) {
  s.state.link.stage = stage;
  s.state.link.deadline = deadline;
  work_of(s.state).turn = Turn{1, 0, TurnStage::unasked, std::nullopt};
}

void add_send(Situation& s, SendStage stage, Author author, std::uint32_t attempts, std::optional<Instant> deadline) {
  Send send;
  send.message = ++s.state.message_count;
  send.digest = detail::digest_of(kText);
  send.author = author;
  send.stage = stage;
  send.attempts = attempts;
  send.since = kNow - seconds(5);
  send.deadline = deadline;
  s.state.sends.push_back(send);
}

Author author_of(Sender sender) {
  return sender == Sender::person ? Author::human : Author::ai;
}

void stop(Situation& s, Sender sender) {
  for (Send& send : s.state.sends) send.stopped = sender == Sender::stopped;
}

Situation with_agent(Phase phase) {
  Situation s = in_phase(phase);
  s.policy.answer_while_queued = phase == Phase::queued;
  s.state.link.generation = 3;
  return s;
}

void ask(Situation& s) {
  s.state.link.stage = LinkStage::ready;
  s.state.link.questions = 1;
  work_of(s.state).turn = Turn{1, 0, TurnStage::asked, kNow + seconds(20)};
}

}  // namespace sessioncore::tables
