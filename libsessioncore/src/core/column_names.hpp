// What the columns of the decision tables and their values are called in print. Every switch lists all enumerators, so
// that adding one without a name does not compile.
#pragma once

#include <string_view>

#include <sessioncore/core/decision_columns.hpp>

namespace sessioncore::detail {

template <class Column>
inline constexpr std::string_view kHeading = "";

template <>
inline constexpr std::string_view kHeading<Phase> = "phase";
constexpr std::string_view name_of(Phase value) {
  switch (value) {
    case Phase::none: return "none";
    case Phase::waiting: return "waiting";
    case Phase::ai: return "ai";
    case Phase::queued: return "queued";
    case Phase::human: return "human";
    case Phase::resolved: return "resolved";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Arrival> = "arrival";
constexpr std::string_view name_of(Arrival value) {
  switch (value) {
    case Arrival::fresh: return "fresh";
    case Arrival::answered: return "answered";
    case Arrival::late: return "late";
    case Arrival::duplicate: return "duplicate";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Content> = "content";
constexpr std::string_view name_of(Content value) {
  switch (value) {
    case Content::present: return "present";
    case Content::empty: return "empty";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Listed> = "blacklisted";
constexpr std::string_view name_of(Listed value) {
  switch (value) {
    case Listed::no: return "no";
    case Listed::yes: return "yes";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<WhileQueued> = "while queued";
constexpr std::string_view name_of(WhileQueued value) {
  switch (value) {
    case WhileQueued::silent: return "silent";
    case WhileQueued::answering: return "answering";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Origin> = "origin";
constexpr std::string_view name_of(Origin value) {
  switch (value) {
    case Origin::duplicate: return "duplicate";
    case Origin::own_echo: return "own echo";
    case Origin::human: return "human";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<NewerQuestion> = "newer question";
constexpr std::string_view name_of(NewerQuestion value) {
  switch (value) {
    case NewerQuestion::no: return "no";
    case NewerQuestion::yes: return "yes";
    case NewerQuestion::missed: return "missed";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<AccountState> = "account";
constexpr std::string_view name_of(AccountState value) {
  switch (value) {
    case AccountState::connected: return "connected";
    case AccountState::disconnected: return "disconnected";
    case AccountState::removed: return "removed";
    case AccountState::catching_up: return "catching up";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Closed> = "chat closed";
constexpr std::string_view name_of(Closed value) {
  switch (value) {
    case Closed::no: return "no";
    case Closed::yes: return "yes";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Holder> = "holder";
constexpr std::string_view name_of(Holder value) {
  switch (value) {
    case Holder::nobody: return "nobody";
    case Holder::same_user: return "same user";
    case Holder::other_user: return "other user";
    case Holder::phone: return "phone";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Choice> = "option";
constexpr std::string_view name_of(Choice value) {
  switch (value) {
    case Choice::off: return "off";
    case Choice::on: return "on";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<AgentState> = "agent";
constexpr std::string_view name_of(AgentState value) {
  switch (value) {
    case AgentState::available: return "available";
    case AgentState::missing: return "missing";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Sendable> = "text";
constexpr std::string_view name_of(Sendable value) {
  switch (value) {
    case Sendable::fine: return "fine";
    case Sendable::empty: return "empty";
    case Sendable::too_long: return "too long";
    case Sendable::no_account: return "no account";
    case Sendable::no_room: return "no room";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<DeadlineKind> = "deadline";
constexpr std::string_view name_of(DeadlineKind value) {
  switch (value) {
    case DeadlineKind::grace: return "grace";
    case DeadlineKind::link_init: return "link init";
    case DeadlineKind::reply: return "reply";
    case DeadlineKind::reconnect: return "reconnect";
    case DeadlineKind::ask: return "ask";
    case DeadlineKind::buffer: return "buffer";
    case DeadlineKind::handoff: return "handoff";
    case DeadlineKind::queued_retry: return "queued retry";
    case DeadlineKind::send_retry: return "send retry";
    case DeadlineKind::ambiguous_send: return "ambiguous send";
    case DeadlineKind::link_idle: return "link idle";
    case DeadlineKind::inactivity: return "inactivity";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<LinkEvent> = "event";
constexpr std::string_view name_of(LinkEvent value) {
  switch (value) {
    case LinkEvent::ready: return "ready";
    case LinkEvent::lost_clean: return "lost clean";
    case LinkEvent::lost_failed: return "lost failed";
    case LinkEvent::lost_refused: return "lost refused";
    case LinkEvent::lost_busy: return "lost busy";
    case LinkEvent::lost_after_handoff: return "lost after handoff";
    case LinkEvent::handoff_tool: return "handoff tool";
    case LinkEvent::handoff_in_queue: return "handoff in queue";
    case LinkEvent::handoff_again: return "handoff again";
    case LinkEvent::other_tool: return "other tool";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Current> = "generation current";
constexpr std::string_view name_of(Current value) {
  switch (value) {
    case Current::no: return "no";
    case Current::yes: return "yes";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<TurnIs> = "turn";
constexpr std::string_view name_of(TurnIs value) {
  switch (value) {
    case TurnIs::absent: return "absent";
    case TurnIs::outstanding: return "outstanding";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Attempts> = "attempts";
constexpr std::string_view name_of(Attempts value) {
  switch (value) {
    case Attempts::left: return "left";
    case Attempts::spent: return "spent";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<ReplyKind> = "reply";
constexpr std::string_view name_of(ReplyKind value) {
  switch (value) {
    case ReplyKind::empty: return "empty";
    case ReplyKind::greeting: return "greeting";
    case ReplyKind::answer: return "answer";
    case ReplyKind::same_turn: return "same turn";
    case ReplyKind::repeated: return "repeated";
    case ReplyKind::farewell: return "farewell";
    case ReplyKind::unsolicited: return "unsolicited";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Forward> = "forward unsolicited";
constexpr std::string_view name_of(Forward value) {
  switch (value) {
    case Forward::no: return "no";
    case Forward::yes: return "yes";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<SendResult> = "result";
constexpr std::string_view name_of(SendResult value) {
  switch (value) {
    case SendResult::succeeded: return "succeeded";
    case SendResult::retryable: return "retryable";
    case SendResult::permanent: return "permanent";
    case SendResult::disconnected: return "disconnected";
    case SendResult::ambiguous: return "ambiguous";
    case SendResult::withdrawn: return "withdrawn";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Known> = "known";
constexpr std::string_view name_of(Known value) {
  switch (value) {
    case Known::no: return "no";
    case Known::yes: return "yes";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Sender> = "whose";
constexpr std::string_view name_of(Sender value) {
  switch (value) {
    case Sender::agent: return "agent";
    case Sender::stopped: return "stopped";
    case Sender::person: return "person";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<AmbiguousSend> = "on ambiguous send";
constexpr std::string_view name_of(AmbiguousSend value) {
  switch (value) {
    case AmbiguousSend::resend: return "resend";
    case AmbiguousSend::drop: return "drop";
    case AmbiguousSend::ask_operator: return "ask operator";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Answerable> = "agent may be asked";
constexpr std::string_view name_of(Answerable value) {
  switch (value) {
    case Answerable::yes: return "yes";
    case Answerable::no_agent: return "no agent";
    case Answerable::blacklisted: return "blacklisted";
    case Answerable::over_limit: return "over limit";
    case Answerable::handing_off: return "handing off";
    case Answerable::human_wanted: return "human wanted";
    case Answerable::busy: return "busy";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Unanswered> = "pending";
constexpr std::string_view name_of(Unanswered value) {
  switch (value) {
    case Unanswered::none: return "none";
    case Unanswered::some: return "some";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<LinkFit> = "link";
constexpr std::string_view name_of(LinkFit value) {
  switch (value) {
    case LinkFit::fits: return "fits";
    case LinkFit::expired: return "expired";
    case LinkFit::of_another_agent: return "of another agent";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Fallback> = "fallback text";
constexpr std::string_view name_of(Fallback value) {
  switch (value) {
    case Fallback::none: return "none";
    case Fallback::said: return "said";
    case Fallback::unsaid: return "unsaid";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<WantedFor> = "a human is wanted for";
constexpr std::string_view name_of(WantedFor value) {
  switch (value) {
    case WantedFor::nothing: return "nothing";
    case WantedFor::outage: return "outage";
    case WantedFor::another_reason: return "another reason";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<Echoes> = "echoes awaited";
constexpr std::string_view name_of(Echoes value) {
  switch (value) {
    case Echoes::within_limit: return "within limit";
    case Echoes::beyond_limit: return "beyond limit";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<AnswerIs> = "answer";
constexpr std::string_view name_of(AnswerIs value) {
  switch (value) {
    case AnswerIs::same: return "same";
    case AnswerIs::another: return "another";
  }
  return "";
}

template <>
inline constexpr std::string_view kHeading<FactKind> = "fact";
constexpr std::string_view name_of(FactKind value) {
  switch (value) {
    case FactKind::edited: return "edited";
    case FactKind::deleted: return "deleted";
    case FactKind::report_newer: return "report newer";
    case FactKind::report_older: return "report older";
    case FactKind::handoff_requested: return "handoff requested";
    case FactKind::handoff_repeated: return "handoff repeated";
    case FactKind::blacklisted: return "blacklisted";
    case FactKind::unblacklisted: return "unblacklisted";
    case FactKind::account_back: return "account back";
    case FactKind::account_gone: return "account gone";
    case FactKind::account_unconcerned: return "account unconcerned";
    case FactKind::recovered: return "recovered";
  }
  return "";
}

}  // namespace sessioncore::detail
