/// Every rule of the library, as rows. Nothing that decides lives elsewhere.
///
/// Rows stand in the spec's order and carry the spec's row id; a row the spec lacks has a "+" in its id and names the
/// ruling (R1 to R28, docs/adr), the promise (P1 to P8) or the decision record it follows. `classify.hpp` reads raw
/// state into these columns, actions are functions of the same name in src/core, and src/core/decision_tables.cpp
/// proves each table total and unambiguous. `docs/decision-tables.md` and `sessiond tables` are printed from here.
#pragma once

#include <sessioncore/core/decision_columns.hpp>

namespace sessioncore {

// ---- actions ------------------------------------------------------------------------------------------------------

enum class ContactAction {
  ignore_duplicate,
  ignore_empty,
  store_for_audit,
  store_covered,
  open_session,
  store_in_grace,
  buffer_for_agent,
  store_for_human
};
enum class OverflowAction { forget_oldest, forget_oldest_and_queue };
enum class SelfAction {
  ignore_duplicate,
  ignore_empty,
  confirm_send,
  resolve_as_human,
  take_over_from_phone,
  store_in_session,
  store_without_session
};
enum class CommandAction {
  claim,
  keep_holder,
  hand_back,
  hand_back_and_ask,
  leave_queue,
  leave_queue_and_ask,
  close_chat,
  reopen_chat,
  keep_as_is,
  send,
  send_and_resolve,
  claim_and_send,
  open_and_send,
  reject_no_active_session,
  reject_already_held,
  reject_chat_closed,
  reject_not_held,
  reject_no_agent,
  reject_not_in_human_mode,
  reject_text_empty,
  reject_text_too_long,
  reject_account_disconnected,
  reject_too_many_sends
};
enum class DeadlineAction {
  listen_first,
  start_agent,
  lose_link,
  reopen_link,
  ask_now,
  ask_batch,
  hand_over,
  ask_again,
  perform_again,
  settle_ambiguous,
  close_idle_link,
  resolve_inactive
};
enum class LinkAction {
  ignore_stale,
  start_link,
  forget_link,
  reconnect,
  report_fault,
  retry_turn,
  give_up_turn,
  prepare_handoff,
  queue_for_human,
  acknowledge_tool,
  refuse_tool
};
enum class LinkUseAction { keep_link, replace_link };
enum class FallbackAction { say_nothing, say_fallback };
enum class GiveUpAction { queue_for_human, ask_again_later, stay_queued };
enum class ReplyAction {
  ignore_empty_reply,
  ignore_repeated,
  drop_greeting,
  answer,
  follow_up,
  forward_apart,
  suppress_stale,
  suppress_outside,
  suppress_unsolicited
};
enum class SendAction {
  ignore_unknown,
  confirm,
  retry_later,
  try_anew,
  hold,
  hold_and_tell,
  hold_and_queue,
  await_echo,
  fail,
  fail_and_queue,
  give_up
};
enum class RestAction { keep, suppress };
enum class EchoAction { keep, forget_oldest };
enum class NoRoomAction { fail, fail_and_queue };
enum class WaitingAction { perform, keep, suppress, fail, fail_and_queue };
enum class RetryAction { return_to_agent, stay_queued, look_again_later };
enum class AmbiguousAction { resend, leave_uncertain, leave_uncertain_and_ask };
enum class TurnAction { ask, rest, resolve_without_agent, resolve_blacklisted, queue_for_turn_limit };
enum class FactAction {
  ignore_unknown_message,
  edit,
  mark_deleted,
  report,
  ignore_older,
  queue_for_human,
  keep_phase,
  ignore_no_session,
  end_for_blacklist,
  release_sends,
  keep_sends,
  recover
};

// clang-format off

// ---- T1: contact message (S18.1) ----------------------------------------------------------------------------------

inline constexpr Row<ContactAction, Arrival, Content, Listed, WhileQueued, Phase> kContactMessageTable[] = {
  //  row       arrival              content           listed        while queued            phase             action
  {"18.1/1",  all_but(Arrival::duplicate), Content::present, Listed::yes, any,               any,              ContactAction::store_for_audit,  "Blacklisted: store without a session, reopen a closed chat, no agent"},
  {"18.1/2",  one_of(Arrival::fresh, Arrival::answered), Content::present, Listed::no,   any,                      Phase::none,      ContactAction::open_session,     "No session: open one, the grace period starts"},
  {"18.1/3",  Arrival::fresh,      Content::present, Listed::no,   any,                      Phase::waiting,   ContactAction::store_in_grace,   "Grace period runs on, the message joins it"},
  {"18.1/4",  Arrival::fresh,      Content::present, Listed::no,   any,                      Phase::ai,        ContactAction::buffer_for_agent, "The agent holds it: the message joins the next question"},
  {"18.1/5",  Arrival::fresh,      Content::present, Listed::no,   any,                      Phase::human,     ContactAction::store_for_human,  "A human holds it: store, the agent stays silent"},
  {"18.1/6",  one_of(Arrival::fresh, Arrival::answered), Content::present, Listed::no,   any,                      Phase::resolved,  ContactAction::open_session,     "The last session is over: open a new one"},
  {"18.1/+1", Arrival::duplicate,  any,              any,          any,                      any,              ContactAction::ignore_duplicate, "Delivered before: counts once (P2)"},
  {"18.1/+2", all_but(Arrival::duplicate), Content::empty, any,    any,                      any,              ContactAction::ignore_empty,     "Neither text nor attachment: discarded (R15)"},
  {"18.1/+3", Arrival::late,       Content::present, Listed::no,   any,                      any,              ContactAction::store_covered,    "Backlog that a later business message covers: store, open nothing (R25)"},
  {"18.1/+8", Arrival::answered,   Content::present, Listed::no,   any,                      all_but(Phase::none, Phase::resolved), ContactAction::store_covered, "Written before what a human wrote on the phone, and delivered after it: covered by it (R5)"},
  {"18.1/+4", Arrival::fresh,      Content::present, Listed::no,   WhileQueued::silent,      Phase::queued,    ContactAction::store_for_human,  "A human is wanted: store, the agent stays silent (R27)"},
  {"18.1/+5", Arrival::fresh,      Content::present, Listed::no,   WhileQueued::answering,   Phase::queued,    ContactAction::buffer_for_agent, "A human is wanted, the agent answers meanwhile (R27)"},
};

// More than `pending_messages_max` messages wait for an answer: looked at at the end of each step.
inline constexpr Row<OverflowAction, Phase> kOverflowTable[] = {
  {"18.1/+6", one_of(Phase::waiting, Phase::ai),     OverflowAction::forget_oldest_and_queue, "More messages wait than the agent can be asked about: the oldest leave the question, a human is wanted (P7, ADR 0148)"},
  {"18.1/+7", all_but(Phase::waiting, Phase::ai),    OverflowAction::forget_oldest,           "More messages wait than are kept: the oldest leave the question, a human has it or is wanted (P7, ADR 0148)"},
};

// ---- T2: self-sent message (S18.2) --------------------------------------------------------------------------------

inline constexpr Row<SelfAction, Origin, Content, NewerQuestion, Phase> kSelfMessageTable[] = {
  //  row       origin             content           newer question      phase             action
  {"18.2/1",  Origin::human,     Content::present, NewerQuestion::no,  Phase::waiting,   SelfAction::resolve_as_human,      "A human answered within the grace period: resolved by human"},
  {"18.2/2",  Origin::human,     Content::present, all_but(NewerQuestion::missed), Phase::ai, SelfAction::take_over_from_phone,  "A human answered on the phone: takeover without a user, the agent's link is closed"},
  {"18.2/3",  Origin::human,     Content::present, any,                Phase::human,     SelfAction::store_in_session,      "A human holds it already: store"},
  {"18.2/4",  Origin::human,     Content::present, any,                Phase::none,      SelfAction::store_without_session, "No session: store without one"},
  {"18.2/+1", Origin::duplicate, any,              any,                any,              SelfAction::ignore_duplicate,      "Delivered before: counts once (R2)"},
  {"18.2/+2", Origin::own_echo,  any,              any,                any,              SelfAction::confirm_send,          "The echo of our own send: confirms it, takes over nothing (R3)"},
  {"18.2/+3", Origin::human,     Content::empty,   any,                any,              SelfAction::ignore_empty,          "Neither text nor attachment: discarded (R15)"},
  {"18.2/+4", Origin::human,     Content::present, any,                Phase::resolved,  SelfAction::store_without_session, "The last session is over: store without one (P7)"},
  {"18.2/+5", Origin::human,     Content::present, all_but(NewerQuestion::missed), Phase::queued, SelfAction::take_over_from_phone,  "A human was wanted and answers on the phone: takeover without a user (R27)"},
  {"18.2/+6", Origin::human,     Content::present, all_but(NewerQuestion::no), Phase::waiting,   SelfAction::store_in_session,      "A human answered before the contact's latest question, which is open: the grace period goes on (R5, ADR 0113)"},
  {"18.2/+7", Origin::human,     Content::present, NewerQuestion::missed, one_of(Phase::ai, Phase::queued), SelfAction::store_in_session, "Backlog: a human wrote it long before what was said last, and is not there now: store (ADR 0149)"},
};

// ---- T3: commands (S18.3, preconditions as rows) --------------------------------------------------------------------

inline constexpr Row<CommandAction, Closed, Phase, Holder, Choice> kTakeOverTable[] = {
  //  row        closed       phase                                                  holder                                force         action
  {"18.3/1",   Closed::no,  one_of(Phase::waiting, Phase::ai, Phase::queued),      any,                                  any,          CommandAction::claim,                    "Take over: the grace period or the agent's link ends, the user holds it"},
  {"18.3/+1",  Closed::no,  one_of(Phase::none, Phase::resolved),                  any,                                  any,          CommandAction::reject_no_active_session, "Nothing to take over (ADR 0110)"},
  {"18.3/+2",  Closed::no,  Phase::human,                                          Holder::same_user,                    any,          CommandAction::keep_holder,              "The same user holds it already: nothing changes (R10, R28)"},
  {"18.3/+3",  Closed::no,  Phase::human,                                          one_of(Holder::nobody, Holder::phone), any,         CommandAction::claim,                    "Held from the phone: the user claims it (R10)"},
  {"18.3/+4",  Closed::no,  Phase::human,                                          Holder::other_user,                   Choice::off,  CommandAction::reject_already_held,      "Another user holds it (R10)"},
  {"18.3/+5",  Closed::no,  Phase::human,                                          Holder::other_user,                   Choice::on,   CommandAction::claim,                    "Another user holds it, taken by force (R10)"},
  {"18.3/+6",  Closed::yes, any,                                                   any,                                  any,          CommandAction::reject_chat_closed,       "The chat is closed (ADR 0110)"},
};

inline constexpr Row<CommandAction, Closed, Phase, AgentState, Choice> kReleaseTable[] = {
  //  row        closed       phase                                    agent                  immediate     action
  {"18.3/2",   Closed::no,  Phase::human,                            AgentState::available, Choice::off,  CommandAction::hand_back,                "Back to the agent, which waits for the next message"},
  {"18.3/+7",  Closed::no,  Phase::human,                            AgentState::available, Choice::on,   CommandAction::hand_back_and_ask,        "Back to the agent, which answers what is pending now (R5)"},
  {"18.3/+8",  Closed::no,  Phase::queued,                           AgentState::available, Choice::off,  CommandAction::leave_queue,              "No human is needed after all: back to the agent (R27)"},
  {"18.3/+9",  Closed::no,  Phase::queued,                           AgentState::available, Choice::on,   CommandAction::leave_queue_and_ask,      "No human is needed after all: the agent answers what is pending (R27)"},
  {"18.3/+10", Closed::no,  one_of(Phase::human, Phase::queued),     AgentState::missing,   any,          CommandAction::reject_no_agent,          "There is no agent to hand back to (ADR 0110)"},
  {"18.3/+11", Closed::no,  one_of(Phase::waiting, Phase::ai),       any,                   any,          CommandAction::reject_not_held,          "No human holds it (ADR 0110)"},
  {"18.3/+12", Closed::no,  one_of(Phase::none, Phase::resolved),    any,                   any,          CommandAction::reject_no_active_session, "Nothing to release (ADR 0110)"},
  {"18.3/+13", Closed::yes, any,                                     any,                   any,          CommandAction::reject_chat_closed,       "The chat is closed (ADR 0110)"},
};

inline constexpr Row<CommandAction, Closed> kCloseTable[] = {
  {"18.3/3",   Closed::no,  CommandAction::close_chat, "Close: the session is resolved, link and deadlines end"},
  {"18.3/+14", Closed::yes, CommandAction::keep_as_is, "Closed already: nothing changes (R28)"},
};

inline constexpr Row<CommandAction, Closed> kReopenTable[] = {
  {"18.3/4",   Closed::yes, CommandAction::reopen_chat, "Reopen: the next contact message opens a session"},
  {"18.3/+15", Closed::no,  CommandAction::keep_as_is,  "Open already: nothing changes (R28)"},
};

inline constexpr Row<CommandAction, Sendable, Closed, Phase, Holder, Choice> kSendTextTable[] = {
  //  row        text                 closed       phase                                  holder        claim         action
  {"18.3/5a",  Sendable::fine,      Closed::no,  Phase::human,                          any,          Choice::off,  CommandAction::send,                     "A human holds it: send"},
  {"18.3/+28", Sendable::fine,      Closed::no,  Phase::human,                          Holder::phone, Choice::on,  CommandAction::claim_and_send,           "Held from the phone: the user claims it and sends (R10, R11)"},
  {"18.3/+29", Sendable::fine,      Closed::no,  Phase::human,                          all_but(Holder::phone), Choice::on, CommandAction::send,            "A user holds it already: send (R11)"},
  {"18.3/5b",  Sendable::fine,      Closed::no,  Phase::waiting,                        any,          Choice::off,  CommandAction::send_and_resolve,         "Within the grace period: send, resolved by human"},
  {"18.3/+16", Sendable::empty,     any,         any,                                   any,          any,          CommandAction::reject_text_empty,        "Nothing to send (ADR 0110)"},
  {"18.3/+17", Sendable::too_long,  any,         any,                                   any,          any,          CommandAction::reject_text_too_long,     "Longer than the channel takes (ADR 0110)"},
  {"18.3/+18", Sendable::no_room,   any,         any,                                   any,          any,          CommandAction::reject_too_many_sends,    "Too many sends are under way in this chat (ADR 0110)"},
  {"18.3/+19", Sendable::fine,      Closed::no,  Phase::waiting,                        any,          Choice::on,   CommandAction::claim_and_send,           "Within the grace period: take over and send (R11)"},
  {"18.3/+20", Sendable::fine,      Closed::no,  Phase::queued,                         any,          any,          CommandAction::claim_and_send,           "A human is wanted: who answers takes it (R27)"},
  {"18.3/+21", Sendable::fine,      Closed::no,  Phase::ai,                             any,          Choice::off,  CommandAction::reject_not_in_human_mode, "The agent holds it (R11)"},
  {"18.3/+22", Sendable::fine,      Closed::no,  Phase::ai,                             any,          Choice::on,   CommandAction::claim_and_send,           "The agent holds it: take over and send (R11)"},
  {"18.3/+23", Sendable::fine,      Closed::no,  one_of(Phase::none, Phase::resolved),  any,          Choice::off,  CommandAction::reject_no_active_session, "No session (R11)"},
  {"18.3/+24", Sendable::fine,      Closed::no,  one_of(Phase::none, Phase::resolved),  any,          Choice::on,   CommandAction::open_and_send,            "No session: open one that the user holds, and send (R11)"},
  {"18.3/+25", Sendable::fine,      Closed::yes, any,                                   any,          Choice::off,  CommandAction::reject_chat_closed,       "The chat is closed (R11)"},
  {"18.3/+26", Sendable::fine,      Closed::yes, any,                                   any,          Choice::on,   CommandAction::open_and_send,            "The chat is closed: reopen it, open a session that the user holds, and send (R11)"},
  {"18.3/+27", Sendable::no_account, any,        any,                                   any,          any,          CommandAction::reject_account_disconnected, "The channel's account is gone for good (ADR 0112)"},
};

// ---- T4: deadlines (S13, S17) -----------------------------------------------------------

inline constexpr Row<DeadlineAction, DeadlineKind, AccountState> kDeadlineTable[] = {
  // No phase: a deadline is a field of the only phases in which it can exist.
  {"13.1/1",  DeadlineKind::grace,          all_but(AccountState::catching_up), DeadlineAction::start_agent,      "The grace period is over and no human answered: the agent's turn (S8.3)"},
  {"13.1/2",  DeadlineKind::buffer,         all_but(AccountState::catching_up), DeadlineAction::ask_batch,        "The burst is over: ask about all pending messages at once (R7)"},
  {"13.1/3",  DeadlineKind::link_idle,      any,                                DeadlineAction::close_idle_link,  "Nothing was said on the link for long: close it, reopen when needed (S13.4)"},
  {"13.1/5",  DeadlineKind::inactivity,     all_but(AccountState::catching_up), DeadlineAction::resolve_inactive, "Nothing happened for long: resolved as timeout (R13)"},
  {"13.1/6",  DeadlineKind::reconnect,      all_but(AccountState::catching_up), DeadlineAction::reopen_link,      "The back-off is over: open the link again (S8.3, R20)"},
  {"13.4/1",  DeadlineKind::link_init,      any,                                DeadlineAction::lose_link,        "The link did not become ready in time: counts as lost (R20)"},
  {"13.4/+1", DeadlineKind::ask,            all_but(AccountState::catching_up), DeadlineAction::ask_now,          "No greeting came: ask (R19)"},
  {"13.4/+2", DeadlineKind::reply,          any,                                DeadlineAction::lose_link,        "No answer in time: counts as lost (R20)"},
  {"13.1/+1", DeadlineKind::handoff,        any,                                DeadlineAction::hand_over,        "The agent's last words had their time: a human is wanted (R27)"},
  {"13.1/+2", DeadlineKind::queued_retry,   all_but(AccountState::catching_up), DeadlineAction::ask_again,        "Nobody claimed it since the agent failed: the agent again, if it can (R20)"},
  {"13.1/+3", DeadlineKind::send_retry,     any,                                DeadlineAction::perform_again,    "Try the send again (R21)"},
  {"13.1/+4", DeadlineKind::ambiguous_send, any,                                DeadlineAction::settle_ambiguous, "No echo told whether the send went out: policy decides (R22)"},
  {"13.1/+11", one_of(DeadlineKind::grace, DeadlineKind::buffer, DeadlineKind::reconnect, DeadlineKind::ask, DeadlineKind::queued_retry, DeadlineKind::inactivity), AccountState::catching_up, DeadlineAction::listen_first, "What was missed is still to come: somebody may have written in time, so this waits (P4, ADR 0144)"},
};

inline constexpr Row<RetryAction, AgentState, Unanswered> kQueuedRetryTable[] = {
  {"13.1/+13", AgentState::available, Unanswered::some, RetryAction::return_to_agent,  "There is an agent and something to ask: back to the agent (R20)"},
  {"13.1/+14", any,                   Unanswered::none, RetryAction::stay_queued,      "Nothing is left to ask: it stays queued (R20)"},
  {"13.1/+15", AgentState::missing,   Unanswered::some, RetryAction::look_again_later, "No active agent now: it stays queued, looked at again later (R18, R20)"},
};

inline constexpr Row<AmbiguousAction, AmbiguousSend, Sender, Attempts, Phase> kAmbiguousSendTable[] = {
  {"13.1/+5", AmbiguousSend::resend,       Sender::agent,  Attempts::left,  one_of(Phase::ai, Phase::queued),  AmbiguousAction::resend,                  "Send it once more (R22)"},
  {"13.1/+6", AmbiguousSend::resend,       Sender::agent,  Attempts::left,  all_but(Phase::ai, Phase::queued), AmbiguousAction::leave_uncertain_and_ask, "No longer the agent's conversation: leave it uncertain and tell (P3)"},
  {"13.1/+7", AmbiguousSend::resend,       Sender::person, Attempts::left,  any,                               AmbiguousAction::resend,                  "Send it once more (R22)"},
  {"13.1/+8", AmbiguousSend::resend,       any,            Attempts::spent, any,                               AmbiguousAction::leave_uncertain_and_ask, "Sent again already: leave it uncertain and tell (R22)"},
  {"13.1/+9", AmbiguousSend::drop,         any,            any,             any,                               AmbiguousAction::leave_uncertain,         "Leave it uncertain (R22)"},
  {"13.1/+10", AmbiguousSend::ask_operator, any,           any,             any,                               AmbiguousAction::leave_uncertain_and_ask, "Leave it uncertain and tell the operators (R22)"},
  {"13.1/+12", AmbiguousSend::resend,      Sender::stopped, Attempts::left, any,                               AmbiguousAction::leave_uncertain_and_ask, "Stopped when the conversation was taken or ended: leave it uncertain and tell (P3)"},
};

// ---- T5: the agent's link (S8.3, S13.4, S14) ---------------------------------------------------------------------------

inline constexpr Row<LinkAction, LinkEvent, Current, TurnIs, Attempts> kLinkTable[] = {
  {"14.4/1",  one_of(LinkEvent::lost_failed, LinkEvent::lost_busy), Current::yes, TurnIs::absent, Attempts::left,  LinkAction::reconnect,    "Lost without a turn: reconnect with back-off (S8.3)"},
  {"14.4/2",  one_of(LinkEvent::lost_failed, LinkEvent::lost_busy), Current::yes, TurnIs::absent, Attempts::spent, LinkAction::forget_link,  "Lost too often: open again when needed (S8.3)"},
  {"14.1/1",  LinkEvent::ready,        Current::yes, any,                 any,             LinkAction::start_link,       "The link is ready: ask, after a short wait for a greeting (R19)"},
  {"14.4/+1", any,                     Current::no,  any,                 any,             LinkAction::ignore_stale,     "From a link that was given up: recorded, never acted on (R9)"},
  {"14.4/+2", LinkEvent::lost_clean,   Current::yes, TurnIs::absent,      any,             LinkAction::forget_link,      "Ended in good order: open again when needed (R20)"},
  {"14.4/+3", LinkEvent::lost_refused, Current::yes, TurnIs::absent,      any,             LinkAction::report_fault,     "Refused: a configuration fault, tell the operators (R20)"},
  {"14.4/+11", LinkEvent::lost_after_handoff, Current::yes, any,          any,             LinkAction::forget_link,  "Lost while the agent hands over: it is not asked again (R27)"},
  {"14.4/+4", one_of(LinkEvent::lost_clean, LinkEvent::lost_failed, LinkEvent::lost_busy), Current::yes, TurnIs::outstanding, Attempts::left, LinkAction::retry_turn, "Lost with a turn outstanding: ask again on a new link (R20)"},
  {"14.4/+5", one_of(LinkEvent::lost_clean, LinkEvent::lost_failed, LinkEvent::lost_busy), Current::yes, TurnIs::outstanding, Attempts::spent, LinkAction::give_up_turn, "Lost too often: fallback text, a human is wanted (R20)"},
  {"14.4/+6", LinkEvent::lost_refused, Current::yes, TurnIs::outstanding, any,             LinkAction::give_up_turn,     "Refused: no retry, a human is wanted (R20)"},
  {"14.4/+7", LinkEvent::handoff_tool, Current::yes, any,                 any,             LinkAction::prepare_handoff,  "The agent asks for a human: its last words may come, then queue (R27)"},
  {"14.4/+10", LinkEvent::handoff_in_queue, Current::yes, any,            any,             LinkAction::queue_for_human,  "The agent, helping out in the queue, asks for a human: from now on that is what one is wanted for (R27, ADR 0145)"},
  {"14.4/+8", LinkEvent::handoff_again, Current::yes, any,                any,             LinkAction::acknowledge_tool, "The agent asks for a human who is on the way (R27)"},
  {"14.4/+9", LinkEvent::other_tool,   Current::yes, any,                 any,             LinkAction::refuse_tool,      "A tool nobody offers: say so, or the agent would wait (R27)"},
};

// A question meets an open link.
inline constexpr Row<LinkUseAction, LinkFit> kLinkUseTable[] = {
  {"14.4/+12", LinkFit::fits,             LinkUseAction::keep_link,    "This agent's link, and its conversation goes on: the question goes there (R9)"},
  {"14.4/+13", LinkFit::expired,          LinkUseAction::replace_link, "Nothing was said on it for long: a new link, which is told the history first (R6)"},
  {"14.4/+14", LinkFit::of_another_agent, LinkUseAction::replace_link, "Another agent was chosen since: a link of its own, which is told the history first (R18, ADR 0149)"},
};

// A question is given up (14.4/+5, 14.4/+6): what the contact is told, and what becomes of the conversation.
inline constexpr Row<FallbackAction, Fallback> kFallbackTable[] = {
  {"14.4/+15", Fallback::unsaid,                         FallbackAction::say_fallback, "The fallback text is said for the agent; it answers no question (R20)"},
  {"14.4/+16", one_of(Fallback::none, Fallback::said),   FallbackAction::say_nothing,  "There is none, or it was said since the agent answered last: once is enough (R20)"},
};
inline constexpr Row<GiveUpAction, WantedFor> kGiveUpTable[] = {
  {"14.4/+17", WantedFor::nothing,        GiveUpAction::queue_for_human, "A human is wanted, and the agent is asked again after a while (R20)"},
  {"14.4/+18", WantedFor::outage,         GiveUpAction::ask_again_later, "A human is wanted since an outage that goes on: the agent is asked again after a while (R20)"},
  {"14.4/+19", WantedFor::another_reason, GiveUpAction::stay_queued,     "What a human is wanted for stays so: somebody who was asked for is still wanted when the agent is back (R27, ADR 0145)"},
};

inline constexpr Row<ReplyAction, ReplyKind, Current, Forward, Phase> kReplyTable[] = {
  {"14.3/1",  ReplyKind::greeting,              Current::yes, any,          one_of(Phase::ai, Phase::queued),  ReplyAction::drop_greeting,        "Before our first question: a greeting, not forwarded (R19)"},
  {"14.3/2",  ReplyKind::answer,                Current::yes, any,          one_of(Phase::ai, Phase::queued),  ReplyAction::answer,               "The answer: store it, send it"},
  {"14.3/+1", ReplyKind::empty,                 any,          any,          any,                               ReplyAction::ignore_empty_reply,   "Empty: never forwarded, decides nothing (R19)"},
  {"14.3/+2", ReplyKind::same_turn,             Current::yes, any,          one_of(Phase::ai, Phase::queued),  ReplyAction::follow_up,            "Another text of the turn just answered: send it too (R8)"},
  {"14.3/+8", ReplyKind::farewell,              Current::yes, any,          one_of(Phase::ai, Phase::queued),  ReplyAction::forward_apart,        "The agent has asked for a human: its last words before the hand-over are sent (R27)"},
  {"14.3/+3", ReplyKind::repeated,              Current::yes, any,          one_of(Phase::ai, Phase::queued),  ReplyAction::ignore_repeated,      "The same text of the same turn again: once is enough (R8)"},
  {"14.3/+4", ReplyKind::unsolicited,           Current::yes, Forward::no,  one_of(Phase::ai, Phase::queued),  ReplyAction::suppress_unsolicited, "Nobody asked: stored as suppressed (R8)"},
  {"14.3/+5", ReplyKind::unsolicited,           Current::yes, Forward::yes, one_of(Phase::ai, Phase::queued),  ReplyAction::forward_apart,      "Nobody asked, but the business wants it sent (R8)"},
  {"14.3/+6", all_but(ReplyKind::empty),        Current::no,  any,          one_of(Phase::ai, Phase::queued),  ReplyAction::suppress_stale,       "From a link that was given up: stored as suppressed (R9)"},
  {"14.3/+7", all_but(ReplyKind::empty),        any,          any,          all_but(Phase::ai, Phase::queued), ReplyAction::suppress_outside,     "Not the agent's conversation now: stored as suppressed (R9, P3)"},
};

// ---- T6: send results (R21, R22) ------------------------------------------------------------------------------------------

inline constexpr Row<SendAction, SendResult, Known, Sender, Attempts, Phase> kSendResultTable[] = {
  {"8.3/+1",  any,                      Known::no,  any,            any,             any,                               SendAction::ignore_unknown, "No such send under way: settled before (R3)"},
  {"8.3/1",   SendResult::succeeded,    Known::yes, any,            any,             any,                               SendAction::confirm,        "Sent"},
  {"8.3/+2",  SendResult::ambiguous,    Known::yes, any,            any,             any,                               SendAction::await_echo,     "It may have gone out: wait for its echo and look at the channel's list (R22)"},
  {"8.3/+3",  SendResult::disconnected, Known::yes, Sender::agent,  Attempts::left,  one_of(Phase::ai, Phase::queued),  SendAction::hold,           "The account is disconnected: keep the text until it is back (R21)"},
  {"8.3/+4",  SendResult::disconnected, Known::yes, Sender::person, Attempts::left,  any,                               SendAction::hold,           "The account is disconnected: keep the text until it is back (R21)"},
  {"8.3/+36", SendResult::disconnected, Known::yes, Sender::agent,  Attempts::spent, Phase::ai,                         SendAction::hold_and_queue, "Refused again and again, though the account is said to be connected: keep the text, a human is wanted (ADR 0147)"},
  {"8.3/+37", SendResult::disconnected, Known::yes, Sender::agent,  Attempts::spent, Phase::queued,                     SendAction::hold_and_tell,  "Refused again and again, though the account is said to be connected: keep the text, tell the operators (ADR 0147)"},
  {"8.3/+38", SendResult::disconnected, Known::yes, Sender::person, Attempts::spent, any,                               SendAction::hold_and_tell,  "Refused again and again, though the account is said to be connected: keep the text, tell the operators (ADR 0147)"},
  {"8.3/+5",  SendResult::retryable,    Known::yes, Sender::agent,  Attempts::left,  one_of(Phase::ai, Phase::queued),  SendAction::retry_later,    "Not sent: try again with back-off (R21)"},
  {"8.3/+6",  SendResult::retryable,    Known::yes, Sender::person, Attempts::left,  any,                               SendAction::retry_later,    "Not sent: try again with back-off (R21)"},
  {"8.3/+7",  one_of(SendResult::retryable, SendResult::permanent, SendResult::disconnected, SendResult::withdrawn), Known::yes, Sender::agent, any, all_but(Phase::ai, Phase::queued), SendAction::give_up, "Not sent, and no longer the agent's conversation: drop it (P3, R21)"},
  {"8.3/+9",  SendResult::retryable,    Known::yes, Sender::agent,  Attempts::spent, Phase::queued,                     SendAction::fail,           "Not sent, tried too often: failed, tell the operators (R21)"},
  {"8.3/+10", SendResult::retryable,    Known::yes, Sender::person, Attempts::spent, any,                               SendAction::fail,           "Not sent, tried too often: failed, tell the operators (R21)"},
  {"8.3/+11", SendResult::retryable,    Known::yes, Sender::agent,  Attempts::spent, Phase::ai,                         SendAction::fail_and_queue, "Not sent, tried too often: a human is wanted (R21)"},
  {"8.3/+12", SendResult::permanent,    Known::yes, Sender::agent,  any,             Phase::queued,                     SendAction::fail,           "The channel will not take it: failed, tell the operators (R21)"},
  {"8.3/+13", SendResult::permanent,    Known::yes, Sender::person, any,             any,                               SendAction::fail,           "The channel will not take it: failed, tell the operators (R21)"},
  {"8.3/+14", SendResult::permanent,    Known::yes, Sender::agent,  any,             Phase::ai,                         SendAction::fail_and_queue, "The channel will not take it: a human is wanted (R21)"},
  {"8.3/+29", SendResult::withdrawn,    Known::yes, Sender::agent,  any,             one_of(Phase::ai, Phase::queued),  SendAction::try_anew,       "Taken back before an attempt: try again soon, no attempt is used up (ADR 0139)"},
  {"8.3/+30", SendResult::withdrawn,    Known::yes, Sender::person, any,             any,                               SendAction::try_anew,       "Taken back before an attempt: try again soon, no attempt is used up (ADR 0139)"},
  {"8.3/+31", one_of(SendResult::retryable, SendResult::permanent, SendResult::disconnected, SendResult::withdrawn), Known::yes, Sender::stopped, any, any, SendAction::give_up, "Not sent, and stopped when the conversation was taken or ended: drop it (P3, R21)"},
};

inline constexpr Row<WaitingAction, AccountState, Sender, Phase> kWaitingSendTable[] = {
  {"8.3/+20", AccountState::connected,    Sender::agent,  one_of(Phase::ai, Phase::queued),  WaitingAction::perform,        "The agent's text in the agent's conversation: hand it to the channel (P3)"},
  {"8.3/+21", AccountState::connected,    Sender::person, any,                               WaitingAction::perform,        "A person's text: hand it to the channel (R21)"},
  {"8.3/+22", any,                        Sender::agent,  all_but(Phase::ai, Phase::queued), WaitingAction::suppress,       "No longer the agent's conversation: not sent (P3)"},
  {"8.3/+23", one_of(AccountState::disconnected, AccountState::catching_up), Sender::agent,  one_of(Phase::ai, Phase::queued), WaitingAction::keep, "The account is disconnected or not heard out: kept untried until then (ADR 0112, ADR 0143)"},
  {"8.3/+24", one_of(AccountState::disconnected, AccountState::catching_up), Sender::person, any,                              WaitingAction::keep, "The account is disconnected or not heard out: kept untried until then (ADR 0112, ADR 0143)"},
  {"8.3/+25", AccountState::removed,      Sender::agent,  Phase::ai,                         WaitingAction::fail_and_queue, "The account is gone for good: failed, a human is wanted (ADR 0112)"},
  {"8.3/+26", AccountState::removed,      Sender::agent,  Phase::queued,                     WaitingAction::fail,           "The account is gone for good: failed, tell the operators (ADR 0112)"},
  {"8.3/+27", AccountState::removed,      Sender::person, any,                               WaitingAction::fail,           "The account is gone for good: failed, tell the operators (ADR 0112)"},
  {"8.3/+32", any,                        Sender::stopped, any,                              WaitingAction::suppress,       "Stopped when the conversation was taken or ended: not sent (P3)"},
};

// `sends_max` texts of the chat are under way. A person's is refused before (18.3/+18).
inline constexpr Row<NoRoomAction, Phase> kNoRoomTable[] = {
  {"8.3/+34", Phase::ai,          NoRoomAction::fail_and_queue, "No room for the agent's text: failed, a human is wanted (R21)"},
  {"8.3/+35", all_but(Phase::ai), NoRoomAction::fail,           "No room for the agent's text: failed, tell the operators (R21)"},
};

// A text failed for good: what waits behind it.
inline constexpr Row<RestAction, AnswerIs> kRestOfAnswerTable[] = {
  {"8.3/+39", AnswerIs::same,    RestAction::suppress, "A part of the same answer: without the one that failed it would make no sense, so it is not sent (R23)"},
  {"8.3/+40", AnswerIs::another, RestAction::keep,     "No part of that answer: it goes its own way (R23)"},
};

// What is kept of texts that are out, to know their echoes.
inline constexpr Row<EchoAction, Echoes> kEchoBoundTable[] = {
  {"8.3/+41", Echoes::beyond_limit, EchoAction::forget_oldest, "More than are kept: the oldest echo, if it comes, is taken for a human's message (R3, ADR 0148)"},
  {"8.3/+42", Echoes::within_limit, EchoAction::keep,          "All are kept: an echo is known as ours (R3)"},
};

// ---- T7: may the agent be asked now? (R18, R24) --------------------------------------------------------------------------

inline constexpr Row<TurnAction, Answerable, Unanswered> kTurnTable[] = {
  {"8.3/2",   Answerable::yes,                                     Unanswered::some, TurnAction::ask,                   "Ask about all pending messages (R5)"},
  {"8.3/+15", one_of(Answerable::yes, Answerable::over_limit),     Unanswered::none, TurnAction::rest,                  "Nothing is pending: no question (R5)"},
  {"8.3/3",   Answerable::no_agent,                                any,              TurnAction::resolve_without_agent, "No active agent: resolved as manual, tell the operators (R18)"},
  {"8.3/+16", Answerable::blacklisted,                             any,              TurnAction::resolve_blacklisted,   "Blacklisted meanwhile: resolved as manual (R14)"},
  {"8.3/+17", Answerable::over_limit,                              Unanswered::some, TurnAction::queue_for_turn_limit,  "Too many turns within an hour: a human is wanted (R24)"},
  {"8.3/+33", Answerable::human_wanted,                            any,              TurnAction::rest,                  "A human is wanted, and the agent is silent meanwhile (R27)"},
  {"8.3/+18", Answerable::handing_off,                             any,              TurnAction::rest,                  "A human was asked for: no new question (R27)"},
  {"8.3/+19", Answerable::busy,                                    any,              TurnAction::rest,                  "One turn at a time: asked after the answer (R8)"},
};

// ---- T8: other facts (R14, R17) ---------------------------------------------------------------------------------------------

inline constexpr Row<FactAction, FactKind, Known, Phase> kFactTable[] = {
  {"7/+1", one_of(FactKind::edited, FactKind::deleted, FactKind::report_newer, FactKind::report_older), Known::no, any, FactAction::ignore_unknown_message, "A message we do not have: ignored (R17)"},
  {"7/+2", FactKind::edited,            Known::yes, any,                                   FactAction::edit,             "Edited: the stored text changes, no turn (R17)"},
  {"7/+3", FactKind::deleted,           Known::yes, any,                                   FactAction::mark_deleted,     "Deleted: marked, no longer pending, no turn (R17)"},
  {"7/+4", FactKind::report_newer,      Known::yes, any,                                   FactAction::report,           "Delivered or read: noted (R17)"},
  {"7/+5", FactKind::report_older,      Known::yes, any,                                   FactAction::ignore_older,     "Delivered or read: known already (R17)"},
  {"7/+6", FactKind::handoff_requested, any,        one_of(Phase::waiting, Phase::ai, Phase::queued), FactAction::queue_for_human, "A human is wanted (R27)"},
  {"7/+7", FactKind::handoff_requested, any,        Phase::human,                          FactAction::keep_phase,       "A human is there already (R27)"},
  {"7/+8", FactKind::handoff_requested, any,        one_of(Phase::none, Phase::resolved),  FactAction::ignore_no_session, "No session to hand over (R27)"},
  {"7/+15", FactKind::handoff_repeated, any,        any,                                   FactAction::keep_phase,       "A human was asked for already (R27)"},
  {"7/+9", FactKind::blacklisted,       any,        all_but(Phase::none, Phase::resolved), FactAction::end_for_blacklist, "Blacklisted: resolved as manual, link and deadlines end (R14)"},
  {"7/+10", FactKind::blacklisted,      any,        one_of(Phase::none, Phase::resolved),  FactAction::keep_phase,       "Blacklisted: nothing was open (R14)"},
  {"7/+11", FactKind::unblacklisted,    any,        any,                                   FactAction::keep_phase,       "Off the blacklist: nothing is replayed (R14)"},
  {"7/+12", FactKind::account_back,     any,        any,                                   FactAction::release_sends,    "The account is back: what was held goes out at once (ADR 0112)"},
  {"7/+13", FactKind::account_gone,     any,        any,                                   FactAction::keep_sends,       "The account is disconnected or gone: what waits is not tried (ADR 0112)"},
  {"7/+14", FactKind::account_unconcerned, any,     any,                                   FactAction::keep_phase,       "No send waits for the account: nothing changes (ADR 0112)"},
  {"13.2/1", FactKind::recovered,       any,        any,                                   FactAction::recover,          "Started again: ask again, and find out what went out (R20, R22)"},
};

// clang-format on

}  // namespace sessioncore
