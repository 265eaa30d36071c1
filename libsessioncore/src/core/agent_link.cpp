#include "core/agent_link.hpp"

#include "core/agent_turns.hpp"
#include "core/backoff.hpp"
#include "core/classify.hpp"
#include "core/sessions.hpp"

#include <algorithm>

namespace sessioncore::detail {
namespace {

// The link that an effect is about; 0: about none.
struct GenerationOf {
  template <class What>
  Generation operator()(const What& what) const {
    if constexpr (requires { what.generation; }) return what.generation;
    return 0;
  }
};

// What this very step wanted of the link need not happen any more. True if it had not even been opened before.
bool cancel_effects(Draft& draft, Generation generation) {
  auto& effects = draft.out.effects;
  // This link's, if there is one: another that was given up in this step has been taken out already.
  const bool opened_now = std::any_of(effects.begin(), effects.end(),
                                      [](const Effect& effect) { return std::holds_alternative<OpenLink>(effect); });
  std::erase_if(effects, [&](const Effect& effect) { return std::visit(GenerationOf{}, effect) == generation; });
  return opened_now;
}

void open_link(Draft& draft) {
  Link& link = draft.state().link;
  link.stage = LinkStage::opening;
  link.deadline = draft.now + draft.policy.link_init_timeout;
  link.agent = *draft.policy.agent;
  draft.effect(OpenLink{link.generation, *draft.policy.agent});
}

void back_off(Draft& draft, LinkEvent loss, std::uint32_t failures) {
  close_link(draft);
  Link& link = draft.state().link;
  const Duration base = loss == LinkEvent::lost_busy ? draft.policy.busy_base : draft.policy.reconnect_base;
  link.stage = LinkStage::backing_off;
  link.failures = failures;
  link.deadline = draft.now + backoff(base, failures, draft.policy.retry_max);
}

void retry_turn(Draft& draft, LinkEvent loss) {
  back_off(draft, loss, ++agents_work(draft).turn->failures);
  take_back_question(draft);
}

void start_link(Draft& draft, const std::string& conversation_id) {
  Link& link = draft.state().link;
  link.stage = LinkStage::ready;
  link.ask_at = draft.now + draft.policy.greeting_wait;
  link.deadline.reset();
  Session& session = draft.state().session;
  session.agent_conversation_id = conversation_id;
  session.agent_conversation_created_at = draft.now;
  session.agent_last_interaction_at = draft.now;
  draft.session_dirty = true;
}

void prepare_handoff(Draft& draft, const AgentToolCalled& call) {
  draft.effect(AnswerTool{call.generation, call.call_id, true});
  std::get<AiActive>(draft.state().phase).handoff_at = draft.now + draft.policy.handoff_farewell;
}

void queue_for_human(Draft& draft, const AgentToolCalled& call) {
  draft.effect(AnswerTool{call.generation, call.call_id, true});
  draft.notify(Notice::human_wanted);
  queue(draft, QueueReason::agent_asked);
}

LinkEvent loss_of(LinkLoss loss) {
  switch (loss) {
    case LinkLoss::clean: return LinkEvent::lost_clean;
    case LinkLoss::refused: return LinkEvent::lost_refused;
    case LinkLoss::busy: return LinkEvent::lost_busy;
    case LinkLoss::failed:
    default: break;
  }
  return LinkEvent::lost_failed;
}

LinkUseAction use_of_link(Draft& draft) {
  return draft.apply_unless(LinkUseAction::keep_link, find_row(kLinkUseTable, link_fit_of(draft)));
}

LinkAction decide(Draft& draft, LinkEvent event, Current current) {
  return draft.apply(find_row(kLinkTable, event, current, turn_of(draft), link_attempts_of(draft)));
}

// An agent that has passed the conversation on is not asked again, however its link ends (R27).
bool drop_turn_of_handoff(Draft& draft) {
  auto* ai = std::get_if<AiActive>(&draft.state().phase);
  if (ai == nullptr || !ai->handoff_at) return false;
  ai->work.turn.reset();
  return true;
}

// Whether the question of the turn was taken back after it had been asked: there is nothing to ask again.
bool drop_turn_about_nothing(Draft& draft) {
  auto& turn = agents_work(draft).turn;
  if (!turn || turn->batch > 0) return false;
  turn.reset();
  return true;
}

// The part of table T5 that is about losses.
void act_on_loss(Draft& draft, LinkAction action, LinkEvent loss, std::string_view detail) {
  if (action == LinkAction::retry_turn) return retry_turn(draft, loss);
  if (action == LinkAction::reconnect) return back_off(draft, loss, draft.state().link.failures + 1);
  const Notice fault = loss == LinkEvent::lost_refused ? Notice::agent_misconfigured : Notice::agent_unavailable;
  if (action == LinkAction::give_up_turn) return give_up_turn(draft, fault, detail);
  close_link(draft);
  if (action == LinkAction::report_fault) draft.notify(fault, detail);
}

void on_loss(Draft& draft, LinkEvent loss, std::string_view detail) {
  if (drop_turn_of_handoff(draft)) loss = LinkEvent::lost_after_handoff;
  const bool about_nothing = drop_turn_about_nothing(draft);
  act_on_loss(draft, decide(draft, loss, Current::yes), loss, detail);
  if (about_nothing) ask_the_rest(draft);
}

}  // namespace

void ready_link_for_turn(Draft& draft) {
  Link& link = draft.state().link;
  if (is_open(link) && use_of_link(draft) == LinkUseAction::replace_link) close_link(draft);
  // While it opens, backs off or waits for a greeting, the question waits with it.
  if (link.stage == LinkStage::closed) return open_link(draft);
  if (link.stage == LinkStage::ready && !link.ask_at) ask(draft);
}

void rest_link(Draft& draft) {
  Link& link = draft.state().link;
  if (link.stage == LinkStage::ready) link.deadline = draft.now + draft.policy.link_idle_timeout;
}

void close_link(Draft& draft) {
  Link& link = draft.state().link;
  if (is_open(link) && !cancel_effects(draft, link.generation)) draft.effect(CloseLink{link.generation});
  if (link.stage == LinkStage::closed) return;
  const Generation next = link.generation + 1;
  link = Link{};
  link.generation = next;
}

void recover_link(Draft& draft) {
  if (!is_open(draft.state().link)) return;
  // Usually it is gone. A link that was opened since the restart, though, must not be left open behind our back.
  close_link(draft);
  drop_turn_of_handoff(draft);
  if (drop_turn_about_nothing(draft)) return ask_the_rest(draft);
  if (turn_of(draft) == TurnIs::absent) return;
  take_back_question(draft);
  reopen_link(draft);
}

void on_link_ready(Draft& draft, const LinkReady& event) {
  if (decide(draft, LinkEvent::ready, awaited_of(draft, event.generation)) == LinkAction::ignore_stale) {
    return draft.ignore(Reason::stale_link);
  }
  start_link(draft, event.conversation_id);
}

void on_link_closed(Draft& draft, const LinkClosed& event) {
  const LinkEvent loss = loss_of(event.loss);
  if (current_of(draft, event.generation) == Current::no) {
    static_cast<void>(decide(draft, loss, Current::no));
    return draft.ignore(Reason::stale_link);
  }
  // Gone already: there is nothing left to close, and nothing that this step wanted of it can happen.
  draft.state().link.stage = LinkStage::backing_off;
  static_cast<void>(cancel_effects(draft, event.generation));
  on_loss(draft, loss, event.detail);
}

void on_tool_called(Draft& draft, const AgentToolCalled& event) {
  const LinkAction action = decide(draft, tool_of(draft, event), current_of(draft, event.generation));
  if (action == LinkAction::ignore_stale) return draft.ignore(Reason::stale_link);
  if (action == LinkAction::prepare_handoff) return prepare_handoff(draft, event);
  if (action == LinkAction::queue_for_human) return queue_for_human(draft, event);
  draft.effect(AnswerTool{event.generation, event.call_id, action == LinkAction::acknowledge_tool});
}

void reopen_link(Draft& draft) {
  if (draft.policy.agent) return open_link(draft);
  // The agent was switched off meanwhile: the row for that decides, as it would for a new turn.
  agents_work(draft).turn.reset();
  close_link(draft);
  if (!draft.state().pending.empty()) start_turn(draft);
}

void lose_link(Draft& draft) {
  on_loss(draft, LinkEvent::lost_failed, "no answer in time");
}

}  // namespace sessioncore::detail
