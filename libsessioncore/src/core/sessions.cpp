#include "core/sessions.hpp"

#include "core/agent_link.hpp"
#include "core/agent_turns.hpp"
#include "core/answers.hpp"
#include "core/classify.hpp"
#include "core/messages.hpp"
#include "core/sends.hpp"

#include <algorithm>

namespace sessioncore::detail {
namespace {

Instant grace_deadline(const Draft& draft) {
  const Instant usual = draft.now + draft.policy.grace_period;
  const auto& human = draft.state().last_human_at;
  return human ? std::max(usual, *human + draft.policy.human_cooldown) : usual;
}

WhileQueued while_queued(const Policy& policy) {
  return policy.answer_while_queued ? WhileQueued::answering : WhileQueued::silent;
}

}  // namespace

void enter(Draft& draft, PhaseData phase, Silence silence) {
  const Phase before = draft.phase();
  draft.state().phase = std::move(phase);
  draft.session_dirty = true;
  // Only these may talk to the agent; whoever else comes next finds its link closed and its texts stopped (P3).
  if (work_of(draft.state()) == nullptr) {
    close_link(draft);
    stop_sends(draft);
    want_nothing(draft);
  }
  if (silence == Silence::ends) return touch(draft);
  keep_silence(draft, before);
}

void begin_session(Draft& draft, PhaseData phase) {
  Conversation& state = draft.state();
  state.closed = false;
  const SessionNumber number = state.session.number + 1;
  state.session = Session{};
  state.session.number = number;
  state.session.started_at = draft.now;
  state.pending.clear();
  state.answers.clear();
  enter(draft, std::move(phase));
}

void resolve(Draft& draft, ResolvedBy by) {
  Conversation& state = draft.state();
  SessionChanged row = session_row(state);
  row.phase = Phase::resolved;
  row.resolved_by = by;
  row.resolved_at = draft.now;
  draft.record(row);
  state.pending.clear();
  state.answers.clear();
  enter(draft, Resolved{by, draft.now});
}

void queue(Draft& draft, QueueReason reason, std::optional<Instant> retry_at) {
  const auto* queued = std::get_if<Queued>(&draft.state().phase);
  const Instant since = queued != nullptr ? queued->since : draft.now;
  AgentWork work;
  if (!draft.policy.answer_while_queued) {
    close_link(draft);
  } else if (const AgentWork* current = work_of(draft.state());
             current != nullptr && reason != QueueReason::agent_unavailable) {
    work = *current;
  }
  const Silence silence = reason == QueueReason::agent_unavailable ? Silence::goes_on : Silence::ends;
  enter(draft, Queued{reason, since, retry_at, work}, silence);
}

SessionChanged session_row(const Conversation& state) {
  SessionChanged row;
  row.number = state.session.number;
  row.phase = phase_of(state);
  row.started_at = state.session.started_at;
  row.message_count = state.session.message_count;
  row.agent_conversation_id = state.session.agent_conversation_id;
  row.agent_conversation_created_at = state.session.agent_conversation_created_at;
  row.agent_last_interaction_at = state.session.agent_last_interaction_at;
  if (const auto* waiting = std::get_if<Waiting>(&state.phase)) row.grace_deadline = waiting->grace_deadline;
  if (const auto* human = std::get_if<HumanActive>(&state.phase)) {
    row.taken_over_by = human->by;
    row.taken_over_at = human->since;
  }
  return row;
}

void on_contact_message(Draft& draft, const ContactMessage& message) {
  const Listed listed = draft.policy.blacklisted ? Listed::yes : Listed::no;
  const SessionNumber session = has_active_session(draft.state()) ? draft.state().session.number : 0;
  switch (draft.apply(find_row(kContactMessageTable, arrival_of(draft, message), content_of(message), listed,
                               while_queued(draft.policy), draft.phase()))) {
    case ContactAction::ignore_duplicate: return draft.ignore(Reason::duplicate);
    case ContactAction::ignore_empty: return draft.ignore(Reason::empty_message);
    case ContactAction::store_for_audit: draft.state().closed = false; return record_contact(draft, message, 0);
    case ContactAction::store_covered: return record_contact(draft, message, session);
    case ContactAction::open_session:
      begin_session(draft, Waiting{grace_deadline(draft)});
      return record_pending(draft, message);
    case ContactAction::store_in_grace:
    case ContactAction::store_for_human: return record_pending(draft, message);
    case ContactAction::buffer_for_agent:
    default: break;
  }
  record_pending(draft, message);
  buffer(draft);
}

void bound_pending(Draft& draft) {
  Conversation& state = draft.state();
  const std::size_t max = std::max(1U, draft.policy.pending_messages_max);
  if (state.pending.size() <= max) return;
  const auto surplus = static_cast<std::uint32_t>(state.pending.size() - max);
  state.pending.erase(state.pending.begin(), state.pending.begin() + surplus);
  AgentWork* work = work_of(state);
  if (work != nullptr && work->turn) work->turn->batch -= std::min(work->turn->batch, surplus);
  if (draft.apply(find_row(kOverflowTable, draft.phase())) == OverflowAction::forget_oldest) return;
  draft.notify(Notice::message_limit);
  queue(draft, QueueReason::message_limit);
}

void on_self_message(Draft& draft, const SelfMessage& message) {
  const SessionNumber session = has_active_session(draft.state()) ? draft.state().session.number : 0;
  switch (draft.apply(find_row(kSelfMessageTable, origin_of(draft, message), content_of(message),
                               newer_question_of(draft, message), draft.phase()))) {
    case SelfAction::ignore_duplicate: return draft.ignore(Reason::duplicate);
    case SelfAction::ignore_empty: return draft.ignore(Reason::empty_message);
    case SelfAction::confirm_send: return confirm_send(draft, message);
    case SelfAction::resolve_as_human:
      record_from_phone(draft, message, session);
      return resolve(draft, ResolvedBy::human);
    case SelfAction::take_over_from_phone:
      enter(draft, HumanActive{std::nullopt, draft.now});
      return record_from_phone(draft, message, session);
    case SelfAction::store_in_session:
    case SelfAction::store_without_session:
    default: break;
  }
  record_from_phone(draft, message, session);
}

void on_fact(Draft& draft, FactAction action, const Event& event) {
  switch (action) {
    case FactAction::ignore_unknown_message: return draft.ignore(Reason::unknown_message);
    case FactAction::edit: return edit_message(draft, std::get<MessageEdited>(event));
    case FactAction::mark_deleted: return delete_message(draft, std::get<MessageDeleted>(event));
    case FactAction::report: return report_delivery(draft, std::get<DeliveryReport>(event));
    case FactAction::ignore_older:
    case FactAction::keep_phase: return draft.ignore(Reason::no_change);
    case FactAction::ignore_no_session: return draft.ignore(Reason::no_session);
    case FactAction::queue_for_human:
      draft.notify(Notice::human_wanted, std::get<HandoffRequested>(event).detail);
      return queue(draft, QueueReason::requested);
    case FactAction::end_for_blacklist: return resolve(draft, ResolvedBy::manual);
    case FactAction::release_sends: return release_sends(draft);
    case FactAction::keep_sends: return;  // each by its own row, at the end of the step
    case FactAction::recover:
    default: break;
  }
  recover_sends(draft);
  recover_link(draft);
}

}  // namespace sessioncore::detail
