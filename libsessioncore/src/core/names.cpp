// The names by which logs, stores and the API know the core's enumerations. Every switch lists all enumerators, so
// that adding one without a name does not compile.
#include <sessioncore/core/step.hpp>

namespace sessioncore {

std::string_view to_string(Phase value) {
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

std::string_view to_string(Reason value) {
  switch (value) {
    case Reason::none: return "none";
    case Reason::duplicate: return "duplicate";
    case Reason::own_echo: return "own_echo";
    case Reason::empty_message: return "empty_message";
    case Reason::nothing_due: return "nothing_due";
    case Reason::stale_link: return "stale_link";
    case Reason::greeting: return "greeting";
    case Reason::empty_reply: return "empty_reply";
    case Reason::repeated_reply: return "repeated_reply";
    case Reason::unsolicited_reply: return "unsolicited_reply";
    case Reason::outside_ai_phase: return "outside_ai_phase";
    case Reason::unknown_message: return "unknown_message";
    case Reason::unknown_send: return "unknown_send";
    case Reason::no_session: return "no_session";
    case Reason::no_change: return "no_change";
    case Reason::no_active_session: return "no_active_session";
    case Reason::not_held: return "not_held";
    case Reason::already_held: return "already_held";
    case Reason::not_in_human_mode: return "not_in_human_mode";
    case Reason::chat_closed: return "chat_closed";
    case Reason::no_agent: return "no_agent";
    case Reason::account_disconnected: return "account_disconnected";
    case Reason::text_too_long: return "text_too_long";
    case Reason::text_empty: return "text_empty";
    case Reason::too_many_sends: return "too_many_sends";
  }
  return "";
}

std::string_view to_string(Verdict value) {
  switch (value) {
    case Verdict::accepted: return "accepted";
    case Verdict::ignored: return "ignored";
    case Verdict::rejected: return "rejected";
  }
  return "";
}

std::string_view to_string(Notice value) {
  switch (value) {
    case Notice::human_wanted: return "human_wanted";
    case Notice::agent_unavailable: return "agent_unavailable";
    case Notice::agent_missing: return "agent_missing";
    case Notice::agent_misconfigured: return "agent_misconfigured";
    case Notice::send_failed: return "send_failed";
    case Notice::send_held: return "send_held";
    case Notice::send_uncertain: return "send_uncertain";
    case Notice::turn_limit: return "turn_limit";
    case Notice::message_limit: return "message_limit";
  }
  return "";
}

std::string_view to_string(Delivery value) {
  switch (value) {
    case Delivery::none: return "none";
    case Delivery::pending: return "pending";
    case Delivery::sent: return "sent";
    case Delivery::delivered: return "delivered";
    case Delivery::read: return "read";
    case Delivery::failed: return "failed";
    case Delivery::suppressed: return "suppressed";
    case Delivery::uncertain: return "uncertain";
  }
  return "";
}

std::string_view to_string(Author value) {
  switch (value) {
    case Author::contact: return "contact";
    case Author::ai: return "ai";
    case Author::human: return "human";
  }
  return "";
}

std::string_view to_string(ResolvedBy value) {
  switch (value) {
    case ResolvedBy::human: return "human";
    case ResolvedBy::ai_timeout: return "ai_timeout";
    case ResolvedBy::manual: return "manual";
    case ResolvedBy::timeout: return "timeout";
  }
  return "";
}

std::string_view to_string(QueueReason value) {
  switch (value) {
    case QueueReason::agent_asked: return "agent_asked";
    case QueueReason::requested: return "requested";
    case QueueReason::agent_unavailable: return "agent_unavailable";
    case QueueReason::send_failed: return "send_failed";
    case QueueReason::send_held: return "send_held";
    case QueueReason::turn_limit: return "turn_limit";
    case QueueReason::message_limit: return "message_limit";
  }
  return "";
}

std::string_view to_string(MessageKind value) {
  switch (value) {
    case MessageKind::text: return "text";
    case MessageKind::image: return "image";
    case MessageKind::video: return "video";
    case MessageKind::audio: return "audio";
    case MessageKind::file: return "file";
    case MessageKind::sticker: return "sticker";
    case MessageKind::location: return "location";
    case MessageKind::other: return "other";
  }
  return "";
}

std::string_view to_string(AccountState value) {
  switch (value) {
    case AccountState::connected: return "connected";
    case AccountState::disconnected: return "disconnected";
    case AccountState::removed: return "removed";
    case AccountState::catching_up: return "catching_up";
  }
  return "";
}

namespace {

struct NameOf {
  std::string_view operator()(const ContactMessage&) const { return "contact_message"; }
  std::string_view operator()(const SelfMessage&) const { return "self_message"; }
  std::string_view operator()(const MessageEdited&) const { return "message_edited"; }
  std::string_view operator()(const MessageDeleted&) const { return "message_deleted"; }
  std::string_view operator()(const DeliveryReport&) const { return "delivery_report"; }
  std::string_view operator()(const LinkReady&) const { return "link_ready"; }
  std::string_view operator()(const AgentReplied&) const { return "agent_replied"; }
  std::string_view operator()(const AgentToolCalled&) const { return "agent_tool_called"; }
  std::string_view operator()(const LinkClosed&) const { return "link_closed"; }
  std::string_view operator()(const SendSucceeded&) const { return "send_succeeded"; }
  std::string_view operator()(const SendFailed&) const { return "send_failed"; }
  std::string_view operator()(const HandoffRequested&) const { return "handoff_requested"; }
  std::string_view operator()(const BlacklistChanged&) const { return "blacklist_changed"; }
  std::string_view operator()(const AccountChanged&) const { return "account_changed"; }
  std::string_view operator()(const Tick&) const { return "tick"; }
  std::string_view operator()(const Recovered&) const { return "recovered"; }
  std::string_view operator()(const TakeOver&) const { return "take_over"; }
  std::string_view operator()(const Release&) const { return "release"; }
  std::string_view operator()(const Close&) const { return "close"; }
  std::string_view operator()(const Reopen&) const { return "reopen"; }
  std::string_view operator()(const SendText&) const { return "send_text"; }

  std::string_view operator()(const SendMessage&) const { return "send_message"; }
  std::string_view operator()(const RecallSend&) const { return "recall_send"; }
  std::string_view operator()(const ListSent&) const { return "list_sent"; }
  std::string_view operator()(const OpenLink&) const { return "open_link"; }
  std::string_view operator()(const AskAgent&) const { return "ask_agent"; }
  std::string_view operator()(const CloseLink&) const { return "close_link"; }
  std::string_view operator()(const AnswerTool&) const { return "answer_tool"; }
  std::string_view operator()(const Notify&) const { return "notify"; }
};

}  // namespace

std::string_view name_of(const Event& event) {
  return std::visit(NameOf{}, event);
}
std::string_view name_of(const Effect& effect) {
  return std::visit(NameOf{}, effect);
}

}  // namespace sessioncore
