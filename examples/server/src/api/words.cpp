#include "api/words.hpp"

#include "iso_time.hpp"

#include <vector>

namespace sessioncore::server {

namespace {

std::string number(std::uint32_t n) {
  return std::to_string(n);
}

std::string kind_of(const InboundMessage& message) {
  return message.kind == MessageKind::text ? "" : " (" + std::string(to_string(message.kind)) + ")";
}

std::string_view of_loss(LinkLoss loss) {
  switch (loss) {
    case LinkLoss::clean: return "in good order";
    case LinkLoss::failed: return "it failed";
    case LinkLoss::refused: return "it was refused";
    case LinkLoss::busy: return "the agent has too many conversations";
  }
  return "";
}

std::string_view of_failure(SendFailure failure) {
  switch (failure) {
    case SendFailure::retryable: return "it was not sent, as far as the channel says, and may be tried again";
    case SendFailure::permanent: return "the channel will not take it";
    case SendFailure::disconnected: return "the account is disconnected";
    case SendFailure::withdrawn: return "it was taken back before an attempt was made";
    case SendFailure::ambiguous: return "nobody knows whether it was sent";
  }
  return "";
}

std::string list(const std::vector<MessageNumber>& messages) {
  std::string text = messages.size() == 1 ? "message " : "messages ";
  for (std::size_t n = 0; n < messages.size(); ++n) text += (n == 0 ? "" : ", ") + number(messages[n]);
  return text;
}

struct Happened {
  std::string operator()(const ContactMessage& message) const { return "the contact wrote" + kind_of(message); }
  std::string operator()(const SelfMessage& message) const {
    return "a message from the business's own account was seen" + kind_of(message);
  }
  std::string operator()(const MessageEdited&) const { return "a message was edited"; }
  std::string operator()(const MessageDeleted&) const { return "a message was deleted"; }
  std::string operator()(const DeliveryReport& report) const {
    const std::string what = report.known ? "message " + number(*report.known) : "a message";
    return what + (report.delivery == ReportedDelivery::read ? " was read" : " was delivered");
  }
  std::string operator()(const LinkReady&) const { return "the link to the AI is ready"; }
  std::string operator()(const AgentReplied&) const { return "the AI replied"; }
  std::string operator()(const AgentToolCalled& call) const { return "the AI called the tool " + call.tool; }
  std::string operator()(const LinkClosed& closed) const {
    return "the link to the AI ended: " + std::string(of_loss(closed.loss));
  }
  std::string operator()(const SendSucceeded& sent) const {
    return "the channel took message " + number(sent.send.message);
  }
  std::string operator()(const SendFailed& failed) const {
    return "the channel did not take message " + number(failed.send.message) + ": " +
           std::string(of_failure(failed.failure));
  }
  std::string operator()(const HandoffRequested&) const { return "a person was asked for"; }
  std::string operator()(const BlacklistChanged&) const { return "the contact was put on or taken off the blacklist"; }
  // The event carries nothing: the row that decided tells which of them it was.
  std::string operator()(const AccountChanged&) const {
    return "the channel's account was connected, disconnected or removed";
  }
  std::string operator()(const Tick&) const { return "a deadline was reached"; }
  std::string operator()(const Recovered&) const { return "the server started again"; }
  std::string operator()(const TakeOver& command) const {
    return command.user.value + " takes the conversation" + (command.force ? " by force" : "");
  }
  std::string operator()(const Release& command) const {
    return command.user.value + " hands the conversation back to the AI" + (command.immediate ? ", to answer now" : "");
  }
  std::string operator()(const Close& command) const { return command.user.value + " closes the chat"; }
  std::string operator()(const Reopen& command) const { return command.user.value + " reopens the chat"; }
  std::string operator()(const SendText& command) const {
    return command.user.value + " sends a message" + (command.claim ? " and takes the conversation" : "");
  }
};

struct Follows {
  std::string operator()(const SendMessage& send) const {
    return "message " + number(send.send.message) + " is handed to the channel";
  }
  std::string operator()(const RecallSend& recall) const {
    return "message " + number(recall.send.message) + " is taken back if the channel has not begun to send it";
  }
  std::string operator()(const ListSent& look) const {
    return "the channel is asked what was sent since " + iso_time(look.since);
  }
  std::string operator()(const OpenLink& open) const {
    return "a link to the AI is opened (agent " + open.agent.value + ", link " + number(open.generation) + ")";
  }
  std::string operator()(const AskAgent& ask) const {
    return "the AI is asked about " + list(ask.batch) + (ask.with_context ? ", with what was said before" : "");
  }
  std::string operator()(const CloseLink& close) const {
    return "the link to the AI is closed (link " + number(close.generation) + ")";
  }
  std::string operator()(const AnswerTool& answer) const {
    return std::string("the AI's tool call is answered: ") + (answer.ok ? "done" : "refused");
  }
  std::string operator()(const Notify& notify) const {
    return "the operators are told: " + std::string(in_words(notify.notice));
  }
};

}  // namespace

std::string in_words(const Event& event) {
  return std::visit(Happened{}, event);
}

std::string in_words(const Effect& effect) {
  return std::visit(Follows{}, effect);
}

std::string_view in_words(QueueReason reason) {
  switch (reason) {
    case QueueReason::agent_asked: return "the AI asked for one";
    case QueueReason::requested: return "one was asked for";
    case QueueReason::agent_unavailable: return "the AI could not be reached";
    case QueueReason::send_failed: return "the AI's answer could not be sent";
    case QueueReason::send_held: return "the AI's answer waits: the channel says that the account is disconnected";
    case QueueReason::turn_limit: return "the AI has answered as often as it may within an hour";
    case QueueReason::message_limit: return "more messages wait than the AI can be asked about";
  }
  return "";
}

std::string_view in_words(ResolvedBy by) {
  switch (by) {
    case ResolvedBy::human: return "a person answered";
    case ResolvedBy::ai_timeout: return "the AI had it and time ran out";
    case ResolvedBy::manual: return "it was ended";
    case ResolvedBy::timeout: return "nothing happened for long";
  }
  return "";
}

std::string_view in_words(Notice notice) {
  switch (notice) {
    case Notice::human_wanted: return "a person is wanted";
    case Notice::agent_unavailable: return "the AI cannot be reached";
    case Notice::agent_missing: return "there is no active agent";
    case Notice::agent_misconfigured: return "the AI refuses: its configuration is wrong";
    case Notice::send_failed: return "a message could not be sent";
    case Notice::send_held: return "a message waits: the channel says that the account is disconnected";
    case Notice::send_uncertain: return "nobody knows whether a message was sent";
    case Notice::turn_limit: return "the AI has answered as often as it may within an hour";
    case Notice::message_limit: return "more messages wait than the AI can be asked about";
  }
  return "";
}

}  // namespace sessioncore::server
