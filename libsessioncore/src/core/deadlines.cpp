#include "core/deadlines.hpp"

#include "core/agent_link.hpp"
#include "core/agent_turns.hpp"
#include "core/classify.hpp"
#include "core/sends.hpp"
#include "core/sessions.hpp"

#include <algorithm>

namespace sessioncore {
namespace detail {
namespace {

std::optional<Instant> earliest(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : a;
}

std::optional<Instant> earliest_send(const Conversation& state, SendStage one, SendStage other) {
  std::optional<Instant> first;
  for (const Send& send : state.sends) {
    if (send.stage == one || send.stage == other) first = earliest(first, send.deadline);
  }
  return first;
}

std::optional<Instant> link_deadline(const Conversation& state, LinkStage stage) {
  return state.link.stage == stage ? state.link.deadline : std::nullopt;
}

std::optional<Instant> reply_deadline(const Conversation& state) {
  const AgentWork* work = work_of(state);
  return work != nullptr && work->turn ? work->turn->reply_deadline : std::nullopt;
}

std::optional<Instant> buffer_deadline(const Conversation& state) {
  const AgentWork* work = work_of(state);
  return work != nullptr ? work->buffer_deadline : std::nullopt;
}

std::optional<Instant> grace_deadline(const Conversation& state) {
  const auto* waiting = std::get_if<Waiting>(&state.phase);
  return waiting != nullptr ? std::optional(waiting->grace_deadline) : std::nullopt;
}

std::optional<Instant> handoff_deadline(const Conversation& state) {
  const auto* ai = std::get_if<AiActive>(&state.phase);
  return ai != nullptr ? ai->handoff_at : std::nullopt;
}

std::optional<Instant> queued_retry(const Conversation& state) {
  const auto* queued = std::get_if<Queued>(&state.phase);
  return queued != nullptr ? queued->retry_at : std::nullopt;
}

// A question to the agent or a text of it that is still on its way is no silence: a restart or an account that is
// disconnected for long must not end the session before the contact has the answer (P7, R21).
bool agent_is_busy(const Conversation& state) {
  const AgentWork* work = work_of(state);
  return (work != nullptr && (work->turn || work->buffer_deadline)) ||
         std::any_of(state.sends.begin(), state.sends.end(),
                     [](const Send& send) { return send.author == Author::ai && is_under_way(send); });
}

void close_idle_link(Draft& draft) {
  close_link(draft);
}
void resolve_inactive(Draft& draft) {
  resolve(draft, ResolvedBy::timeout);
}

// What is missing may be a word in time, so whatever ends with nobody's word looks again soon (P4).
constexpr Duration kLookAgain = std::chrono::seconds(1);

void listen_first(Draft& draft, DeadlineKind kind) {
  Conversation& state = draft.state();
  const Instant again = draft.now + kLookAgain;
  if (kind == DeadlineKind::grace) {
    std::get<Waiting>(state.phase).grace_deadline = again;
    draft.session_dirty = true;
  }
  if (kind == DeadlineKind::buffer) work_of(state)->buffer_deadline = again;
  if (kind == DeadlineKind::reconnect) state.link.deadline = again;
  if (kind == DeadlineKind::ask) state.link.ask_at = again;
  if (kind == DeadlineKind::queued_retry) std::get<Queued>(state.phase).retry_at = again;
  if (kind == DeadlineKind::inactivity) state.session.inactivity_deadline = again;
}

void run(Draft& draft, DeadlineKind kind) {
  switch (draft.apply(find_row(kDeadlineTable, kind, draft.policy.account))) {
    case DeadlineAction::listen_first: return listen_first(draft, kind);
    case DeadlineAction::start_agent: return start_agent(draft);
    case DeadlineAction::lose_link: return lose_link(draft);
    case DeadlineAction::reopen_link: return reopen_link(draft);
    case DeadlineAction::ask_now: return ask_now(draft);
    case DeadlineAction::ask_batch: return ask_batch(draft);
    case DeadlineAction::ask_again: return ask_again(draft);
    case DeadlineAction::hand_over: return hand_over(draft);
    case DeadlineAction::perform_again: return perform_again(draft);
    case DeadlineAction::settle_ambiguous: return settle_ambiguous(draft);
    case DeadlineAction::close_idle_link: return close_idle_link(draft);
    case DeadlineAction::resolve_inactive:
    default: break;
  }
  resolve_inactive(draft);
}

std::optional<DeadlineKind> first_due(const Conversation& state, Instant until) {
  for (std::size_t n = 0; n < kColumnSize<DeadlineKind>; ++n) {
    const auto kind = static_cast<DeadlineKind>(n);
    const auto at = deadline_of(state, kind);
    if (at && *at <= until) return kind;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Instant> deadline_of(const Conversation& state, DeadlineKind kind) {
  switch (kind) {
    case DeadlineKind::grace: return grace_deadline(state);
    case DeadlineKind::link_init: return link_deadline(state, LinkStage::opening);
    case DeadlineKind::reply: return reply_deadline(state);
    case DeadlineKind::reconnect: return link_deadline(state, LinkStage::backing_off);
    case DeadlineKind::ask: return state.link.ask_at;
    case DeadlineKind::buffer: return buffer_deadline(state);
    case DeadlineKind::handoff: return handoff_deadline(state);
    case DeadlineKind::queued_retry: return queued_retry(state);
    case DeadlineKind::send_retry: return earliest_send(state, SendStage::backing_off, SendStage::held);
    case DeadlineKind::ambiguous_send: return earliest_send(state, SendStage::ambiguous, SendStage::ambiguous);
    case DeadlineKind::link_idle: return link_deadline(state, LinkStage::ready);
    case DeadlineKind::inactivity:
    default: break;
  }
  return agent_is_busy(state) ? std::nullopt : state.session.inactivity_deadline;
}

void run_deadlines(Draft& draft, Instant until) {
  // Each kind clears or moves its own deadline, so this ends; a reply timeout of zero ends with the attempts.
  while (const auto kind = first_due(draft.state(), until)) {
    run(draft, *kind);
  }
}

}  // namespace detail

std::optional<Instant> next_deadline(const Conversation& state) {
  std::optional<Instant> first;
  for (std::size_t n = 0; n < kColumnSize<DeadlineKind>; ++n) {
    first = detail::earliest(first, detail::deadline_of(state, static_cast<DeadlineKind>(n)));
  }
  return first;
}

bool needs_recovery(const Conversation& state) {
  // What is held for the account is to hear that it is back, also from the next start should that news be lost.
  return detail::is_open(state.link) || std::any_of(state.sends.begin(), state.sends.end(), [](const Send& send) {
           return send.stage == SendStage::performing || send.stage == SendStage::held;
         });
}

bool awaits_account(const Conversation& state) {
  return std::any_of(state.sends.begin(), state.sends.end(), detail::waits);
}

}  // namespace sessioncore
