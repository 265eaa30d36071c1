/// Everything that can happen to a chat.
///
/// Facts have happened: they cannot fail, at worst they are ignored. Commands are wishes of a person: they may be
/// rejected with a reason. Whoever builds an event fills in all of it; the fields marked "engine" are filled in by
/// the engine from the store. Thread rule: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <sessioncore/core/conversation.hpp>

namespace sessioncore {

/// What a message is, besides its text (R15).
enum class MessageKind { text, image, video, audio, file, sticker, location, other };

// ---- facts: messages ------------------------------------------------------------------------------------------

/// A message of the chat as the channel reports it.
struct InboundMessage {
  /// The same each time the message is delivered. Empty, from a channel that gives none: nothing tells a second
  /// delivery from a second message, so each counts (without P2).
  ProviderMessageId provider_id{};
  /// The channel's clock: orders messages (R25). The future counts as `now`, and so does 0 or less: not known.
  Instant provider_time{};
  std::string text{};  ///< UTF-8; may be empty with an attachment
  MessageKind kind = MessageKind::text;
  std::string sender_name{};
  std::string attachments{};             ///< opaque description (JSON) kept with the message; empty: none
  std::optional<MessageNumber> known{};  ///< engine: the message already stored under this provider id (P2)

  friend bool operator==(const InboundMessage&, const InboundMessage&) = default;
};
struct ContactMessage : InboundMessage {
  friend bool operator==(const ContactMessage&, const ContactMessage&) = default;
};
/// Sent from the business's own account: by us (an echo) or by a person on the phone (R2, R3).
struct SelfMessage : InboundMessage {
  friend bool operator==(const SelfMessage&, const SelfMessage&) = default;
};
struct MessageEdited {
  ProviderMessageId provider_id{};
  std::string text{};
  std::optional<MessageNumber> known{};  ///< engine
  friend bool operator==(const MessageEdited&, const MessageEdited&) = default;
};
struct MessageDeleted {
  ProviderMessageId provider_id{};
  std::optional<MessageNumber> known{};  ///< engine
  friend bool operator==(const MessageDeleted&, const MessageDeleted&) = default;
};
enum class ReportedDelivery { delivered, read };
struct DeliveryReport {
  ProviderMessageId provider_id{};
  ReportedDelivery delivery = ReportedDelivery::delivered;
  std::optional<MessageNumber> known{};  ///< engine
  Delivery current = Delivery::none;     ///< engine: what the message's delivery is now; a late report never lowers it
  friend bool operator==(const DeliveryReport&, const DeliveryReport&) = default;
};

// ---- facts: the agent's link (each carries the generation of the link it came from) ------------------------------

struct LinkReady {
  Generation generation = 0;
  std::string conversation_id{};
  friend bool operator==(const LinkReady&, const LinkReady&) = default;
};
/// One complete text of the agent; parts of a text never come as events.
struct AgentReplied {
  Generation generation = 0;
  std::optional<std::int64_t> event_id{};
  std::string text{};
  /// How many questions the adapter had written on this link when it read the text: none makes it a greeting (R19), and
  /// it answers no later one, whatever was asked meanwhile. Empty, for an adapter that cannot tell: all of them.
  std::optional<std::uint32_t> questions = std::nullopt;
  friend bool operator==(const AgentReplied&, const AgentReplied&) = default;
};
struct AgentToolCalled {
  Generation generation = 0;
  std::string tool{};
  std::string call_id{};
  std::string parameters{};  ///< JSON text
  friend bool operator==(const AgentToolCalled&, const AgentToolCalled&) = default;
};
/// Why a link is gone. `clean`: the agent side ended it in good order; `failed`: network, timeout or internal fault;
/// `refused`: configuration or credentials, trying again cannot help; `busy`: too many conversations (R20).
enum class LinkLoss { clean, failed, refused, busy };
struct LinkClosed {
  Generation generation = 0;
  LinkLoss loss = LinkLoss::failed;
  std::string detail{};  ///< for people; no message text
  friend bool operator==(const LinkClosed&, const LinkClosed&) = default;
};

// ---- facts: sends --------------------------------------------------------------------------------------------------

struct SendSucceeded {
  SendId send{};
  std::optional<ProviderMessageId> provider_id{};  ///< some channels do not tell
  std::optional<MessageNumber> known{};            ///< engine: the message already stored under this provider id
  friend bool operator==(const SendSucceeded&, const SendSucceeded&) = default;
};
/// `retryable`: not sent, the channel says, may work later (ADR 0157); `permanent`: surely not sent, will not work;
/// `disconnected`: the account must be reconnected first; `ambiguous`: it may have been sent (R21, R22); `withdrawn`:
/// surely not sent, taken back before an attempt was made (ADR 0139).
enum class SendFailure { retryable, permanent, disconnected, ambiguous, withdrawn };
struct SendFailed {
  SendId send{};
  SendFailure failure = SendFailure::retryable;
  std::string detail{};  ///< kept as the message's delivery error; no secrets
  friend bool operator==(const SendFailed&, const SendFailed&) = default;
};

// ---- facts: the rest -----------------------------------------------------------------------------------------------

/// The contact, or a rule outside, wants a human.
struct HandoffRequested {
  std::string detail{};
  friend bool operator==(const HandoffRequested&, const HandoffRequested&) = default;
};
/// The contact was put on or taken off the blacklist; `Policy::blacklisted` says which (R14). For every chat of the
/// contact: without it an open session goes on until a question to the agent is due.
struct BlacklistChanged {
  friend bool operator==(const BlacklistChanged&, const BlacklistChanged&) = default;
};
/// The channel's account was connected, disconnected or removed; `Policy::account` says which (R21). For every chat of
/// the account for which `awaits_account` holds: what is kept for the account has no deadline that would release it.
struct AccountChanged {
  friend bool operator==(const AccountChanged&, const AccountChanged&) = default;
};
/// Time passed. No payload: whatever is due runs (docs/ARCHITECTURE.md, "Time").
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};
/// The process started again: links are gone, and what was handed to the channel may or may not have been sent.
struct Recovered {
  friend bool operator==(const Recovered&, const Recovered&) = default;
};

// ---- commands (S9.5, S18.3) ----------------------------------------------------------------------------------------

struct TakeOver {
  UserId user{};
  bool force = false;  ///< take it from another user (R10)
  friend bool operator==(const TakeOver&, const TakeOver&) = default;
};
struct Release {
  UserId user{};
  bool immediate = false;  ///< ask the agent now about what is pending
  friend bool operator==(const Release&, const Release&) = default;
};
struct Close {
  UserId user{};
  friend bool operator==(const Close&, const Close&) = default;
};
struct Reopen {
  UserId user{};
  friend bool operator==(const Reopen&, const Reopen&) = default;
};
struct SendText {
  UserId user{};
  std::string text{};  ///< UTF-8
  bool claim = false;  ///< take the conversation first if nobody on our side holds it (R11)
  friend bool operator==(const SendText&, const SendText&) = default;
};

using Event =
    std::variant<ContactMessage, SelfMessage, MessageEdited, MessageDeleted, DeliveryReport, LinkReady, AgentReplied,
                 AgentToolCalled, LinkClosed, SendSucceeded, SendFailed, HandoffRequested, BlacklistChanged,
                 AccountChanged, Tick, Recovered, TakeOver, Release, Close, Reopen, SendText>;

}  // namespace sessioncore
