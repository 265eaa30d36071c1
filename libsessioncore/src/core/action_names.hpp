// What the actions of the decision tables are called in print. Every switch lists all enumerators, so that adding one
// without a name does not compile.
#pragma once

#include <string_view>

#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore::detail {

constexpr std::string_view name_of(ContactAction value) {
  switch (value) {
    case ContactAction::ignore_duplicate: return "ignore_duplicate";
    case ContactAction::ignore_empty: return "ignore_empty";
    case ContactAction::store_for_audit: return "store_for_audit";
    case ContactAction::store_covered: return "store_covered";
    case ContactAction::open_session: return "open_session";
    case ContactAction::store_in_grace: return "store_in_grace";
    case ContactAction::buffer_for_agent: return "buffer_for_agent";
    case ContactAction::store_for_human: return "store_for_human";
  }
  return "";
}

constexpr std::string_view name_of(OverflowAction value) {
  switch (value) {
    case OverflowAction::forget_oldest: return "forget_oldest";
    case OverflowAction::forget_oldest_and_queue: return "forget_oldest_and_queue";
  }
  return "";
}

constexpr std::string_view name_of(SelfAction value) {
  switch (value) {
    case SelfAction::ignore_duplicate: return "ignore_duplicate";
    case SelfAction::ignore_empty: return "ignore_empty";
    case SelfAction::confirm_send: return "confirm_send";
    case SelfAction::resolve_as_human: return "resolve_as_human";
    case SelfAction::take_over_from_phone: return "take_over_from_phone";
    case SelfAction::store_in_session: return "store_in_session";
    case SelfAction::store_without_session: return "store_without_session";
  }
  return "";
}

constexpr std::string_view name_of(CommandAction value) {
  switch (value) {
    case CommandAction::claim: return "claim";
    case CommandAction::keep_holder: return "keep_holder";
    case CommandAction::hand_back: return "hand_back";
    case CommandAction::hand_back_and_ask: return "hand_back_and_ask";
    case CommandAction::leave_queue: return "leave_queue";
    case CommandAction::leave_queue_and_ask: return "leave_queue_and_ask";
    case CommandAction::close_chat: return "close_chat";
    case CommandAction::reopen_chat: return "reopen_chat";
    case CommandAction::keep_as_is: return "keep_as_is";
    case CommandAction::send: return "send";
    case CommandAction::send_and_resolve: return "send_and_resolve";
    case CommandAction::claim_and_send: return "claim_and_send";
    case CommandAction::open_and_send: return "open_and_send";
    case CommandAction::reject_no_active_session: return "reject_no_active_session";
    case CommandAction::reject_already_held: return "reject_already_held";
    case CommandAction::reject_chat_closed: return "reject_chat_closed";
    case CommandAction::reject_not_held: return "reject_not_held";
    case CommandAction::reject_no_agent: return "reject_no_agent";
    case CommandAction::reject_not_in_human_mode: return "reject_not_in_human_mode";
    case CommandAction::reject_text_empty: return "reject_text_empty";
    case CommandAction::reject_text_too_long: return "reject_text_too_long";
    case CommandAction::reject_account_disconnected: return "reject_account_disconnected";
    case CommandAction::reject_too_many_sends: return "reject_too_many_sends";
  }
  return "";
}

constexpr std::string_view name_of(DeadlineAction value) {
  switch (value) {
    case DeadlineAction::listen_first: return "listen_first";
    case DeadlineAction::start_agent: return "start_agent";
    case DeadlineAction::lose_link: return "lose_link";
    case DeadlineAction::reopen_link: return "reopen_link";
    case DeadlineAction::ask_now: return "ask_now";
    case DeadlineAction::ask_batch: return "ask_batch";
    case DeadlineAction::hand_over: return "hand_over";
    case DeadlineAction::ask_again: return "ask_again";
    case DeadlineAction::perform_again: return "perform_again";
    case DeadlineAction::settle_ambiguous: return "settle_ambiguous";
    case DeadlineAction::close_idle_link: return "close_idle_link";
    case DeadlineAction::resolve_inactive: return "resolve_inactive";
  }
  return "";
}

constexpr std::string_view name_of(RestAction value) {
  switch (value) {
    case RestAction::keep: return "keep";
    case RestAction::suppress: return "suppress";
  }
  return "";
}

constexpr std::string_view name_of(EchoAction value) {
  switch (value) {
    case EchoAction::keep: return "keep";
    case EchoAction::forget_oldest: return "forget_oldest";
  }
  return "";
}

constexpr std::string_view name_of(NoRoomAction value) {
  switch (value) {
    case NoRoomAction::fail: return "fail";
    case NoRoomAction::fail_and_queue: return "fail_and_queue";
  }
  return "";
}

constexpr std::string_view name_of(WaitingAction value) {
  switch (value) {
    case WaitingAction::perform: return "perform";
    case WaitingAction::keep: return "keep";
    case WaitingAction::suppress: return "suppress";
    case WaitingAction::fail: return "fail";
    case WaitingAction::fail_and_queue: return "fail_and_queue";
  }
  return "";
}

constexpr std::string_view name_of(RetryAction value) {
  switch (value) {
    case RetryAction::return_to_agent: return "return_to_agent";
    case RetryAction::stay_queued: return "stay_queued";
    case RetryAction::look_again_later: return "look_again_later";
  }
  return "";
}

constexpr std::string_view name_of(AmbiguousAction value) {
  switch (value) {
    case AmbiguousAction::resend: return "resend";
    case AmbiguousAction::leave_uncertain: return "leave_uncertain";
    case AmbiguousAction::leave_uncertain_and_ask: return "leave_uncertain_and_ask";
  }
  return "";
}

constexpr std::string_view name_of(LinkAction value) {
  switch (value) {
    case LinkAction::ignore_stale: return "ignore_stale";
    case LinkAction::start_link: return "start_link";
    case LinkAction::forget_link: return "forget_link";
    case LinkAction::reconnect: return "reconnect";
    case LinkAction::report_fault: return "report_fault";
    case LinkAction::retry_turn: return "retry_turn";
    case LinkAction::give_up_turn: return "give_up_turn";
    case LinkAction::prepare_handoff: return "prepare_handoff";
    case LinkAction::queue_for_human: return "queue_for_human";
    case LinkAction::acknowledge_tool: return "acknowledge_tool";
    case LinkAction::refuse_tool: return "refuse_tool";
  }
  return "";
}

constexpr std::string_view name_of(LinkUseAction value) {
  switch (value) {
    case LinkUseAction::keep_link: return "keep_link";
    case LinkUseAction::replace_link: return "replace_link";
  }
  return "";
}

constexpr std::string_view name_of(FallbackAction value) {
  switch (value) {
    case FallbackAction::say_nothing: return "say_nothing";
    case FallbackAction::say_fallback: return "say_fallback";
  }
  return "";
}

constexpr std::string_view name_of(GiveUpAction value) {
  switch (value) {
    case GiveUpAction::queue_for_human: return "queue_for_human";
    case GiveUpAction::ask_again_later: return "ask_again_later";
    case GiveUpAction::stay_queued: return "stay_queued";
  }
  return "";
}

constexpr std::string_view name_of(ReplyAction value) {
  switch (value) {
    case ReplyAction::ignore_empty_reply: return "ignore_empty_reply";
    case ReplyAction::ignore_repeated: return "ignore_repeated";
    case ReplyAction::drop_greeting: return "drop_greeting";
    case ReplyAction::answer: return "answer";
    case ReplyAction::follow_up: return "follow_up";
    case ReplyAction::forward_apart: return "forward_apart";
    case ReplyAction::suppress_stale: return "suppress_stale";
    case ReplyAction::suppress_outside: return "suppress_outside";
    case ReplyAction::suppress_unsolicited: return "suppress_unsolicited";
  }
  return "";
}

constexpr std::string_view name_of(SendAction value) {
  switch (value) {
    case SendAction::ignore_unknown: return "ignore_unknown";
    case SendAction::confirm: return "confirm";
    case SendAction::retry_later: return "retry_later";
    case SendAction::try_anew: return "try_anew";
    case SendAction::hold: return "hold";
    case SendAction::hold_and_tell: return "hold_and_tell";
    case SendAction::hold_and_queue: return "hold_and_queue";
    case SendAction::await_echo: return "await_echo";
    case SendAction::fail: return "fail";
    case SendAction::fail_and_queue: return "fail_and_queue";
    case SendAction::give_up: return "give_up";
  }
  return "";
}

constexpr std::string_view name_of(TurnAction value) {
  switch (value) {
    case TurnAction::ask: return "ask";
    case TurnAction::rest: return "rest";
    case TurnAction::resolve_without_agent: return "resolve_without_agent";
    case TurnAction::resolve_blacklisted: return "resolve_blacklisted";
    case TurnAction::queue_for_turn_limit: return "queue_for_turn_limit";
  }
  return "";
}

constexpr std::string_view name_of(FactAction value) {
  switch (value) {
    case FactAction::ignore_unknown_message: return "ignore_unknown_message";
    case FactAction::edit: return "edit";
    case FactAction::mark_deleted: return "mark_deleted";
    case FactAction::report: return "report";
    case FactAction::ignore_older: return "ignore_older";
    case FactAction::queue_for_human: return "queue_for_human";
    case FactAction::keep_phase: return "keep_phase";
    case FactAction::ignore_no_session: return "ignore_no_session";
    case FactAction::end_for_blacklist: return "end_for_blacklist";
    case FactAction::release_sends: return "release_sends";
    case FactAction::keep_sends: return "keep_sends";
    case FactAction::recover: return "recover";
  }
  return "";
}

}  // namespace sessioncore::detail
