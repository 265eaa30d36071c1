#include "core/agent_turns.hpp"

#include "core/agent_link.hpp"
#include "core/answers.hpp"
#include "core/classify.hpp"
#include "core/messages.hpp"
#include "core/sends.hpp"
#include "core/sessions.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace sessioncore::detail {
namespace {

// The numbers of the batch, in the order in which they were written.
std::vector<MessageNumber> batch_of(const Conversation& state, const Turn& turn) {
  std::vector<PendingMessage> batch(state.pending.begin(), state.pending.begin() + turn.batch);
  std::stable_sort(batch.begin(), batch.end(),
                   [](const PendingMessage& a, const PendingMessage& b) { return a.provider_time < b.provider_time; });
  std::vector<MessageNumber> numbers;
  numbers.reserve(batch.size());
  for (const PendingMessage& message : batch) numbers.push_back(message.number);
  return numbers;
}

void begin_turn(Draft& draft) {
  Conversation& state = draft.state();
  AgentWork& work = agents_work(draft);
  work.buffer_first.reset();
  work.buffer_deadline.reset();
  reopen_questions(draft);
  work.turn = Turn{};
  work.turn->batch = static_cast<std::uint32_t>(state.pending.size());
  std::erase_if(state.turn_starts, [&](Instant at) { return at <= draft.now - std::chrono::hours(1); });
  state.turn_starts.push_back(draft.now);
  ready_link_for_turn(draft);
}

void forward(Draft& draft, const AgentReplied& event) {
  Link& link = draft.state().link;
  if (link.answered_event != event.event_id || !event.event_id) link.answered_digests.clear();
  link.answered_event = event.event_id;
  if (link.answered_digests.size() > draft.policy.sends_max) link.answered_digests.erase(link.answered_digests.begin());
  link.answered_digests.push_back(digest_of(event.text));
  draft.state().session.fallback_sent = false;
  draft.state().session.agent_last_interaction_at = draft.now;
  extend_answer(draft, send_out(draft, Author::ai, std::nullopt, event.text));
}

void answer(Draft& draft, const AgentReplied& event) {
  draft.state().link.failures = 0;
  begin_answer(draft, agents_work(draft).turn->batch);
  forward(draft, event);
  end_turn(draft);
}

void follow_up(Draft& draft, const AgentReplied& event) {
  if (draft.state().answers.empty()) begin_answer(draft, 0);
  forward(draft, event);
}

// No part of the answer before it: whatever becomes of it opens no question.
void forward_apart(Draft& draft, const AgentReplied& event) {
  begin_answer(draft, 0);
  forward(draft, event);
}

void suppress(Draft& draft, const AgentReplied& event, Reason reason) {
  record_outgoing(draft, Author::ai, std::nullopt, std::string(trim(event.text)), Delivery::suppressed);
  draft.ignore(reason);
}

std::optional<Instant> next_retry(const Draft& draft) {
  const Duration retry = draft.policy.queued_retry;
  return retry > Duration(0) ? std::optional(draft.now + retry) : std::nullopt;
}

// The agent's fallback for an answer. It covers no question.
void say_fallback(Draft& draft) {
  draft.state().session.fallback_sent = true;
  begin_answer(draft, 0);
  extend_answer(draft, send_out(draft, Author::ai, std::nullopt, draft.policy.fallback_text));
}

}  // namespace

void buffer(Draft& draft) {
  Conversation& state = draft.state();
  AgentWork& work = agents_work(draft);
  if (work.turn && work.turn->stage == TurnStage::unasked) {
    // Not asked yet, or about to be asked again: the message joins that question (R8).
    work.turn->batch = static_cast<std::uint32_t>(state.pending.size());
    return;
  }
  if (!work.buffer_first) work.buffer_first = draft.now;
  work.buffer_deadline =
      std::min(draft.now + draft.policy.message_buffer, *work.buffer_first + draft.policy.message_buffer_max);
}

void forget_pending(Draft& draft, MessageNumber message) {
  Conversation& state = draft.state();
  forget_question(draft, message);
  const auto at = std::find_if(state.pending.begin(), state.pending.end(),
                               [&](const PendingMessage& pending) { return pending.number == message; });
  if (at == state.pending.end()) return;
  AgentWork* work = work_of(state);
  const bool in_batch =
      work != nullptr && work->turn && at - state.pending.begin() < static_cast<std::ptrdiff_t>(work->turn->batch);
  state.pending.erase(at);
  if (in_batch && --work->turn->batch == 0 && work->turn->stage == TurnStage::unasked) end_turn(draft);
}

void end_turn(Draft& draft) {
  agents_work(draft).turn.reset();
  rest_link(draft);
  ask_the_rest(draft);
}

void ask_the_rest(Draft& draft) {
  if (!draft.state().pending.empty() && !agents_work(draft).buffer_deadline) start_turn(draft);
}

void start_turn(Draft& draft) {
  want_stopped_answers(draft);
  switch (draft.apply(find_row(kTurnTable, answerable_of(draft), unanswered_of(draft)))) {
    case TurnAction::ask: return begin_turn(draft);
    case TurnAction::rest: return;
    case TurnAction::resolve_without_agent:
      draft.notify(Notice::agent_missing);
      return resolve(draft, ResolvedBy::manual);
    case TurnAction::resolve_blacklisted: return resolve(draft, ResolvedBy::manual);
    case TurnAction::queue_for_turn_limit:
    default: break;
  }
  draft.notify(Notice::turn_limit);
  queue(draft, QueueReason::turn_limit);
}

void ask_what_is_lost(Draft& draft) {
  const AgentWork* work = work_of(draft.state());
  if (work != nullptr && !work->turn && lacks_wanted_answer(draft)) start_turn(draft);
}

void ask(Draft& draft) {
  Conversation& state = draft.state();
  // Not asked yet: this is called on links that nothing was asked on, and a turn whose link is gone is taken back.
  AgentWork& work = agents_work(draft);
  if (!work.turn) return rest_link(draft);
  Turn& turn = *work.turn;
  // All that it was to ask has been pushed out of a full list meanwhile.
  if (turn.batch == 0) return end_turn(draft);
  turn.stage = TurnStage::asked;
  turn.reply_deadline = draft.now + draft.policy.reply_timeout;
  const bool first_on_link = state.link.questions++ == 0;
  state.link.deadline.reset();
  state.session.agent_last_interaction_at = draft.now;
  draft.session_dirty = true;
  draft.effect(AskAgent{state.link.generation, batch_of(state, turn), first_on_link, state.session.number});
}

void take_back_question(Draft& draft) {
  Turn& turn = *agents_work(draft).turn;
  turn.stage = TurnStage::unasked;
  turn.reply_deadline.reset();
}

void give_up_turn(Draft& draft, Notice notice, std::string_view detail) {
  close_link(draft);
  const auto& said = find_row(kFallbackTable, fallback_of(draft));
  if (draft.apply_unless(FallbackAction::say_nothing, said) == FallbackAction::say_fallback) say_fallback(draft);
  draft.notify(notice, detail);
  switch (draft.apply(find_row(kGiveUpTable, wanted_for(draft)))) {
    case GiveUpAction::queue_for_human: return queue(draft, QueueReason::agent_unavailable, next_retry(draft));
    case GiveUpAction::ask_again_later: std::get<Queued>(draft.state().phase).retry_at = next_retry(draft); break;
    case GiveUpAction::stay_queued:
    default: break;
  }
  std::get<Queued>(draft.state().phase).work.turn.reset();
}

void on_agent_replied(Draft& draft, const AgentReplied& event) {
  const Forward forward_it = draft.policy.forward_unsolicited ? Forward::yes : Forward::no;
  switch (draft.apply(find_row(kReplyTable, reply_kind_of(draft, event), current_of(draft, event.generation),
                               forward_it, draft.phase()))) {
    case ReplyAction::ignore_empty_reply: return draft.ignore(Reason::empty_reply);
    case ReplyAction::ignore_repeated: return draft.ignore(Reason::repeated_reply);
    case ReplyAction::drop_greeting: return draft.ignore(Reason::greeting);
    case ReplyAction::answer: return answer(draft, event);
    case ReplyAction::follow_up: return follow_up(draft, event);
    case ReplyAction::forward_apart: return forward_apart(draft, event);
    case ReplyAction::suppress_stale: return suppress(draft, event, Reason::stale_link);
    case ReplyAction::suppress_outside: return suppress(draft, event, Reason::outside_ai_phase);
    case ReplyAction::suppress_unsolicited:
    default: break;
  }
  suppress(draft, event, Reason::unsolicited_reply);
}

void start_agent(Draft& draft) {
  enter(draft, AiActive{});
  start_turn(draft);
}

void ask_batch(Draft& draft) {
  AgentWork& work = agents_work(draft);
  work.buffer_first.reset();
  work.buffer_deadline.reset();
  start_turn(draft);
}

void ask_now(Draft& draft) {
  draft.state().link.ask_at.reset();
  ask(draft);
}

void ask_again(Draft& draft) {
  auto& queued = std::get<Queued>(draft.state().phase);
  switch (draft.apply(find_row(kQueuedRetryTable, agent_state_of(draft.policy), unanswered_of(draft)))) {
    case RetryAction::stay_queued: queued.retry_at.reset(); return;
    case RetryAction::look_again_later: queued.retry_at = next_retry(draft); return;
    case RetryAction::return_to_agent:
    default: break;
  }
  const AgentWork work = queued.work;
  enter(draft, AiActive{work, std::nullopt}, Silence::goes_on);
  start_turn(draft);
}

void hand_over(Draft& draft) {
  draft.notify(Notice::human_wanted);
  queue(draft, QueueReason::agent_asked);
  ask_the_rest(draft);
}

}  // namespace sessioncore::detail
