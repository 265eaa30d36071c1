// What the columns and actions of the decision tables are called in print.
#pragma once

#include <array>
#include <string_view>

#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore::detail {

// The column's heading and the names of its values, in the order of the enumerators.
template <class Column>
struct ColumnText;

template <>
struct ColumnText<Phase> {
  static constexpr std::string_view kHeading = "phase";
  static constexpr std::array<std::string_view, kColumnSize<Phase>> kValues = {"none",   "waiting", "ai",
                                                                               "queued", "human",   "resolved"};
};
template <>
struct ColumnText<Arrival> {
  static constexpr std::string_view kHeading = "arrival";
  static constexpr std::array<std::string_view, kColumnSize<Arrival>> kValues = {"fresh", "answered", "late",
                                                                                 "duplicate"};
};
template <>
struct ColumnText<Content> {
  static constexpr std::string_view kHeading = "content";
  static constexpr std::array<std::string_view, kColumnSize<Content>> kValues = {"present", "empty"};
};
template <>
struct ColumnText<Listed> {
  static constexpr std::string_view kHeading = "blacklisted";
  static constexpr std::array<std::string_view, kColumnSize<Listed>> kValues = {"no", "yes"};
};
template <>
struct ColumnText<WhileQueued> {
  static constexpr std::string_view kHeading = "while queued";
  static constexpr std::array<std::string_view, kColumnSize<WhileQueued>> kValues = {"silent", "answering"};
};
template <>
struct ColumnText<Origin> {
  static constexpr std::string_view kHeading = "origin";
  static constexpr std::array<std::string_view, kColumnSize<Origin>> kValues = {"duplicate", "own echo", "human"};
};
template <>
struct ColumnText<NewerQuestion> {
  static constexpr std::string_view kHeading = "newer question";
  static constexpr std::array<std::string_view, kColumnSize<NewerQuestion>> kValues = {"no", "yes", "missed"};
};
template <>
struct ColumnText<AccountState> {
  static constexpr std::string_view kHeading = "account";
  static constexpr std::array<std::string_view, kColumnSize<AccountState>> kValues = {"connected", "disconnected",
                                                                                      "removed", "catching up"};
};
template <>
struct ColumnText<Closed> {
  static constexpr std::string_view kHeading = "chat closed";
  static constexpr std::array<std::string_view, kColumnSize<Closed>> kValues = {"no", "yes"};
};
template <>
struct ColumnText<Holder> {
  static constexpr std::string_view kHeading = "holder";
  static constexpr std::array<std::string_view, kColumnSize<Holder>> kValues = {"nobody", "same user", "other user",
                                                                                "phone"};
};
template <>
struct ColumnText<Choice> {
  static constexpr std::string_view kHeading = "option";
  static constexpr std::array<std::string_view, kColumnSize<Choice>> kValues = {"off", "on"};
};
template <>
struct ColumnText<AgentState> {
  static constexpr std::string_view kHeading = "agent";
  static constexpr std::array<std::string_view, kColumnSize<AgentState>> kValues = {"available", "missing"};
};
template <>
struct ColumnText<Sendable> {
  static constexpr std::string_view kHeading = "text";
  static constexpr std::array<std::string_view, kColumnSize<Sendable>> kValues = {"fine", "empty", "too long",
                                                                                  "no account", "no room"};
};
template <>
struct ColumnText<DeadlineKind> {
  static constexpr std::string_view kHeading = "deadline";
  static constexpr std::array<std::string_view, kColumnSize<DeadlineKind>> kValues = {
      "grace",   "link init",    "reply",      "reconnect",      "ask",       "buffer",
      "handoff", "queued retry", "send retry", "ambiguous send", "link idle", "inactivity"};
};
template <>
struct ColumnText<LinkEvent> {
  static constexpr std::string_view kHeading = "event";
  static constexpr std::array<std::string_view, kColumnSize<LinkEvent>> kValues = {
      "ready",        "lost clean",       "lost failed",   "lost refused", "lost busy", "lost after handoff",
      "handoff tool", "handoff in queue", "handoff again", "other tool"};
};
template <>
struct ColumnText<Current> {
  static constexpr std::string_view kHeading = "generation current";
  static constexpr std::array<std::string_view, kColumnSize<Current>> kValues = {"no", "yes"};
};
template <>
struct ColumnText<TurnIs> {
  static constexpr std::string_view kHeading = "turn";
  static constexpr std::array<std::string_view, kColumnSize<TurnIs>> kValues = {"absent", "outstanding"};
};
template <>
struct ColumnText<Attempts> {
  static constexpr std::string_view kHeading = "attempts";
  static constexpr std::array<std::string_view, kColumnSize<Attempts>> kValues = {"left", "spent"};
};
template <>
struct ColumnText<ReplyKind> {
  static constexpr std::string_view kHeading = "reply";
  static constexpr std::array<std::string_view, kColumnSize<ReplyKind>> kValues = {
      "empty", "greeting", "answer", "same turn", "repeated", "farewell", "unsolicited"};
};
template <>
struct ColumnText<Forward> {
  static constexpr std::string_view kHeading = "forward unsolicited";
  static constexpr std::array<std::string_view, kColumnSize<Forward>> kValues = {"no", "yes"};
};
template <>
struct ColumnText<SendResult> {
  static constexpr std::string_view kHeading = "result";
  static constexpr std::array<std::string_view, kColumnSize<SendResult>> kValues = {
      "succeeded", "retryable", "permanent", "disconnected", "ambiguous", "withdrawn"};
};
template <>
struct ColumnText<Known> {
  static constexpr std::string_view kHeading = "known";
  static constexpr std::array<std::string_view, kColumnSize<Known>> kValues = {"no", "yes"};
};
template <>
struct ColumnText<Sender> {
  static constexpr std::string_view kHeading = "whose";
  static constexpr std::array<std::string_view, kColumnSize<Sender>> kValues = {"agent", "stopped", "person"};
};
template <>
struct ColumnText<AmbiguousSend> {
  static constexpr std::string_view kHeading = "on ambiguous send";
  static constexpr std::array<std::string_view, kColumnSize<AmbiguousSend>> kValues = {"resend", "drop",
                                                                                       "ask operator"};
};
template <>
struct ColumnText<Answerable> {
  static constexpr std::string_view kHeading = "agent may be asked";
  static constexpr std::array<std::string_view, kColumnSize<Answerable>> kValues = {
      "yes", "no agent", "blacklisted", "over limit", "handing off", "human wanted", "busy"};
};
template <>
struct ColumnText<Unanswered> {
  static constexpr std::string_view kHeading = "pending";
  static constexpr std::array<std::string_view, kColumnSize<Unanswered>> kValues = {"none", "some"};
};
template <>
struct ColumnText<FactKind> {
  static constexpr std::string_view kHeading = "fact";
  static constexpr std::array<std::string_view, kColumnSize<FactKind>> kValues = {
      "edited",      "deleted",       "report newer", "report older", "handoff requested",   "handoff repeated",
      "blacklisted", "unblacklisted", "account back", "account gone", "account unconcerned", "recovered"};
};

constexpr std::string_view name_of(ContactAction action) {
  constexpr std::string_view kNames[] = {"ignore_duplicate", "ignore_empty",   "store_for_audit",  "store_covered",
                                         "open_session",     "store_in_grace", "buffer_for_agent", "store_for_human"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(OverflowAction action) {
  constexpr std::string_view kNames[] = {"forget_oldest", "forget_oldest_and_queue"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(SelfAction action) {
  constexpr std::string_view kNames[] = {"ignore_duplicate",     "ignore_empty",         "confirm_send",
                                         "resolve_as_human",     "take_over_from_phone", "store_in_session",
                                         "store_without_session"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(CommandAction action) {
  constexpr std::string_view kNames[] = {"claim",
                                         "keep_holder",
                                         "hand_back",
                                         "hand_back_and_ask",
                                         "leave_queue",
                                         "leave_queue_and_ask",
                                         "close_chat",
                                         "reopen_chat",
                                         "keep_as_is",
                                         "send",
                                         "send_and_resolve",
                                         "claim_and_send",
                                         "open_and_send",
                                         "reject_no_active_session",
                                         "reject_already_held",
                                         "reject_chat_closed",
                                         "reject_not_held",
                                         "reject_no_agent",
                                         "reject_not_in_human_mode",
                                         "reject_text_empty",
                                         "reject_text_too_long",
                                         "reject_account_disconnected",
                                         "reject_too_many_sends"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(DeadlineAction action) {
  constexpr std::string_view kNames[] = {"listen_first",  "start_agent",      "lose_link",       "reopen_link",
                                         "ask_now",       "ask_batch",        "hand_over",       "ask_again",
                                         "perform_again", "settle_ambiguous", "close_idle_link", "resolve_inactive"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(NoRoomAction action) {
  constexpr std::string_view kNames[] = {"fail", "fail_and_queue"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(WaitingAction action) {
  constexpr std::string_view kNames[] = {"perform", "keep", "suppress", "fail", "fail_and_queue"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(RetryAction action) {
  constexpr std::string_view kNames[] = {"return_to_agent", "stay_queued", "look_again_later"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(AmbiguousAction action) {
  constexpr std::string_view kNames[] = {"resend", "leave_uncertain", "leave_uncertain_and_ask"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(LinkAction action) {
  constexpr std::string_view kNames[] = {"ignore_stale",    "start_link",       "forget_link",  "reconnect",
                                         "report_fault",    "retry_turn",       "give_up_turn", "prepare_handoff",
                                         "queue_for_human", "acknowledge_tool", "refuse_tool"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(ReplyAction action) {
  constexpr std::string_view kNames[] = {"ignore_empty_reply",  "ignore_repeated", "drop_greeting",  "answer",
                                         "follow_up",           "forward_apart",   "suppress_stale", "suppress_outside",
                                         "suppress_unsolicited"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(SendAction action) {
  constexpr std::string_view kNames[] = {"ignore_unknown", "confirm",        "retry_later",    "try_anew",
                                         "hold",           "hold_and_tell",  "hold_and_queue", "await_echo",
                                         "fail",           "fail_and_queue", "give_up"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(TurnAction action) {
  constexpr std::string_view kNames[] = {"ask", "rest", "resolve_without_agent", "resolve_blacklisted",
                                         "queue_for_turn_limit"};
  return kNames[static_cast<std::size_t>(action)];
}
constexpr std::string_view name_of(FactAction action) {
  constexpr std::string_view kNames[] = {"ignore_unknown_message",
                                         "edit",
                                         "mark_deleted",
                                         "report",
                                         "ignore_older",
                                         "queue_for_human",
                                         "keep_phase",
                                         "ignore_no_session",
                                         "end_for_blacklist",
                                         "release_sends",
                                         "keep_sends",
                                         "recover"};
  return kNames[static_cast<std::size_t>(action)];
}

}  // namespace sessioncore::detail
