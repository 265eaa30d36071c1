#include "core/commands.hpp"

#include "core/agent_link.hpp"
#include "core/agent_turns.hpp"
#include "core/answers.hpp"
#include "core/classify.hpp"
#include "core/sends.hpp"
#include "core/sessions.hpp"

namespace sessioncore::detail {
namespace {

Choice choice(bool on) {
  return on ? Choice::on : Choice::off;
}

void claim(Draft& draft, const UserId& user) {
  enter(draft, HumanActive{user, draft.now});
}

void send(Draft& draft, const SendText& command) {
  begin_answer_of_person(draft);
  extend_answer(draft, send_out(draft, Author::human, command.user, command.text));
  release_sends(draft);  // what the channel refused stands before it in line
}

void reject_already_held(Draft& draft) {
  const auto& human = std::get<HumanActive>(draft.state().phase);
  draft.reject(Reason::already_held);
  draft.out.outcome.held_by = human.by;
  draft.out.outcome.held_since = human.since;
}

// An agent that went on answering in the queue may be in the middle of it.
void leave_queue(Draft& draft) {
  const AgentWork work = std::get<Queued>(draft.state().phase).work;
  enter(draft, AiActive{work, std::nullopt});
}

void hand_back(Draft& draft) {
  close_link(draft);
  Session& session = draft.state().session;
  session.agent_conversation_id.clear();
  session.agent_conversation_created_at.reset();
  session.agent_last_interaction_at.reset();
  enter(draft, AiActive{});
}

void ask_what_is_pending(Draft& draft) {
  start_turn(draft);
  if (const auto& turn = agents_work(draft).turn) draft.out.outcome.pending_count = turn->batch;
}

void close_chat(Draft& draft) {
  if (has_active_session(draft.state())) resolve(draft, ResolvedBy::manual);
  draft.state().closed = true;
}

void open_and_send(Draft& draft, const SendText& command) {
  begin_session(draft, HumanActive{command.user, draft.now});
  send(draft, command);
}

// One switch for all commands: a rule may use any of these actions, and an action means the same everywhere.
void act(Draft& draft, CommandAction action, const UserId& user, const SendText* text) {
  switch (action) {
    case CommandAction::claim: return claim(draft, user);
    case CommandAction::keep_holder:
    case CommandAction::keep_as_is: draft.out.outcome.reason = Reason::no_change; return;
    case CommandAction::hand_back: return hand_back(draft);
    case CommandAction::hand_back_and_ask: hand_back(draft); return ask_what_is_pending(draft);
    case CommandAction::leave_queue: return leave_queue(draft);
    case CommandAction::leave_queue_and_ask: leave_queue(draft); return ask_what_is_pending(draft);
    case CommandAction::close_chat: return close_chat(draft);
    case CommandAction::reopen_chat: draft.state().closed = false; return;
    case CommandAction::send: return send(draft, *text);
    case CommandAction::send_and_resolve: send(draft, *text); return resolve(draft, ResolvedBy::human);
    case CommandAction::claim_and_send: claim(draft, user); return send(draft, *text);
    case CommandAction::open_and_send: return open_and_send(draft, *text);
    case CommandAction::reject_already_held: return reject_already_held(draft);
    case CommandAction::reject_no_active_session: return draft.reject(Reason::no_active_session);
    case CommandAction::reject_chat_closed: return draft.reject(Reason::chat_closed);
    case CommandAction::reject_not_held: return draft.reject(Reason::not_held);
    case CommandAction::reject_no_agent: return draft.reject(Reason::no_agent);
    case CommandAction::reject_not_in_human_mode: return draft.reject(Reason::not_in_human_mode);
    case CommandAction::reject_text_empty: return draft.reject(Reason::text_empty);
    case CommandAction::reject_text_too_long: return draft.reject(Reason::text_too_long);
    case CommandAction::reject_account_disconnected: return draft.reject(Reason::account_disconnected);
    case CommandAction::reject_too_many_sends:
    default: break;
  }
  draft.reject(Reason::too_many_sends);
}

}  // namespace

void on_take_over(Draft& draft, const TakeOver& command) {
  const auto& row =
      find_row(kTakeOverTable, closed_of(draft), draft.phase(), holder_of(draft, command.user), choice(command.force));
  act(draft, draft.apply(row), command.user, nullptr);
}

void on_release(Draft& draft, const Release& command) {
  const auto& row =
      find_row(kReleaseTable, closed_of(draft), draft.phase(), agent_state_of(draft.policy), choice(command.immediate));
  act(draft, draft.apply(row), command.user, nullptr);
}

void on_close(Draft& draft, const Close& command) {
  act(draft, draft.apply(find_row(kCloseTable, closed_of(draft))), command.user, nullptr);
}

void on_reopen(Draft& draft, const Reopen& command) {
  act(draft, draft.apply(find_row(kReopenTable, closed_of(draft))), command.user, nullptr);
}

void on_send_text(Draft& draft, const SendText& command) {
  const auto& row = find_row(kSendTextTable, sendable_of(draft, command), closed_of(draft), draft.phase(),
                             holder_of(draft, command.user), choice(command.claim));
  act(draft, draft.apply(row), command.user, &command);
}

}  // namespace sessioncore::detail
