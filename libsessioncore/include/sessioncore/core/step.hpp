/// The decision itself: one pure function from a state and an event to the next state and what must follow.
///
/// The caller's duties, in this order:
///  1. Give each chat's events to `step` one at a time, with the state the previous step returned, and with
///     `now >= state.last_step_at` (clamp your clock; `step` asserts it).
///  2. Persist `next` and `records` in one transaction that fails if the stored version is not the one you loaded.
///     If it fails, throw the whole `Step` away: nothing has happened.
///  3. Only after that transaction is durable, answer whoever sent the event, and perform `effects` in their order.
///  4. Report what became of an effect as an event (`SendSucceeded`, `SendFailed`, `LinkReady`, `AgentReplied` ...).
///     Make one attempt; whether there is another is decided here.
///  5. Store `next_deadline(next)` with the state, and give the chat a `Tick` when that moment has come. Ticks that
///     are late, early or repeated are harmless.
///  6. After a restart give `Recovered` to every chat for which `needs_recovery` holds.
///  7. When `Policy::account` changes, give `AccountChanged` to every chat of the account for which `awaits_account`
///     holds, and `BlacklistChanged` to every chat of a contact for whom `Policy::blacklisted` changes. Neither waits
///     for a deadline: without the event a kept text lies until something else happens in its chat or it is recovered.
///
/// Thread rule: pure functions; call them from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sessioncore/core/conversation.hpp>
#include <sessioncore/core/event.hpp>
#include <sessioncore/core/policy.hpp>

namespace sessioncore {

// ---- records: rows to persist ------------------------------------------------------------------------------------

struct MessageRecorded {
  MessageNumber number = 0;
  SessionNumber session = 0;  ///< 0: belongs to no session (blacklisted contact, no session)
  Author author = Author::contact;
  std::optional<UserId> user{};  ///< the operator who wrote it; empty for a person on the phone
  ProviderMessageId provider_id{};
  Instant provider_time{};
  Instant received_at{};
  std::string sender_name{};
  std::string text{};
  MessageKind kind = MessageKind::text;
  std::string attachments{};
  Delivery delivery = Delivery::none;  ///< `none` for contact messages
  std::string delivery_error{};
  friend bool operator==(const MessageRecorded&, const MessageRecorded&) = default;
};
/// Changes the named columns of a message; empty optionals leave theirs alone.
struct MessageUpdated {
  MessageNumber number = 0;
  std::optional<Delivery> delivery{};
  std::optional<std::string> delivery_error{};
  std::optional<ProviderMessageId> provider_id{};
  std::optional<std::string> text{};
  bool deleted = false;
  friend bool operator==(const MessageUpdated&, const MessageUpdated&) = default;
};
/// The session's row as it is now (the flat columns of S4.2).
struct SessionChanged {
  SessionNumber number = 0;
  Phase phase = Phase::none;
  Instant started_at{};
  std::optional<ResolvedBy> resolved_by{};
  std::optional<Instant> resolved_at{};
  std::optional<Instant> grace_deadline{};
  std::optional<UserId> taken_over_by{};
  std::optional<Instant> taken_over_at{};
  std::string agent_conversation_id{};
  std::optional<Instant> agent_conversation_created_at{};
  std::optional<Instant> agent_last_interaction_at{};
  std::uint32_t message_count = 0;
  friend bool operator==(const SessionChanged&, const SessionChanged&) = default;
};
using Record = std::variant<MessageRecorded, MessageUpdated, SessionChanged>;

// ---- effects: what to do once the records are durable ---------------------------------------------------------------

/// Hand the stored text of the message to the channel.
struct SendMessage {
  SendId send{};
  friend bool operator==(const SendMessage&, const SendMessage&) = default;
};
/// Take the send back from the channel if the attempt has not begun. One that has begun goes on, and its result counts
/// (P3).
struct RecallSend {
  SendId send{};
  friend bool operator==(const RecallSend&, const RecallSend&) = default;
};
/// Look at the channel's own list for what was sent since then, and report each as a `SelfMessage` (R22).
struct ListSent {
  Instant since{};
  friend bool operator==(const ListSent&, const ListSent&) = default;
};
struct OpenLink {
  Generation generation = 0;
  AgentId agent{};
  friend bool operator==(const OpenLink&, const OpenLink&) = default;
};
struct AskAgent {
  Generation generation = 0;
  std::vector<MessageNumber> batch{};  ///< in the order of their provider times; joined by newlines
  bool with_context = false;           ///< first question on this link: tell the history first (R6)
  SessionNumber session = 0;
  friend bool operator==(const AskAgent&, const AskAgent&) = default;
};
struct CloseLink {
  Generation generation = 0;
  friend bool operator==(const CloseLink&, const CloseLink&) = default;
};
struct AnswerTool {
  Generation generation = 0;
  std::string call_id{};
  bool ok = false;
  friend bool operator==(const AnswerTool&, const AnswerTool&) = default;
};
enum class Notice {
  human_wanted,
  agent_unavailable,
  agent_missing,
  agent_misconfigured,
  send_failed,
  send_held,  ///< the channel goes on refusing it as if the account were disconnected
  send_uncertain,
  turn_limit,
  message_limit  ///< more contact messages wait than `pending_messages_max`
};
struct Notify {
  Notice notice = Notice::human_wanted;
  std::string detail{};
  friend bool operator==(const Notify&, const Notify&) = default;
};
using Effect = std::variant<SendMessage, RecallSend, ListSent, OpenLink, AskAgent, CloseLink, AnswerTool, Notify>;

// ---- outcome --------------------------------------------------------------------------------------------------------

enum class Verdict { accepted, ignored, rejected };

/// Why an event was ignored or a command rejected. The names of the rejections are the API's error codes.
enum class Reason {
  none,
  // ignored
  duplicate,
  own_echo,
  empty_message,
  nothing_due,
  stale_link,
  greeting,
  empty_reply,
  repeated_reply,
  unsolicited_reply,
  outside_ai_phase,
  unknown_message,
  unknown_send,
  no_session,
  no_change,
  // rejected
  no_active_session,
  not_held,
  already_held,
  not_in_human_mode,
  chat_closed,
  no_agent,
  account_disconnected,
  text_too_long,
  text_empty,
  too_many_sends,
};

struct Outcome {
  Verdict verdict = Verdict::accepted;
  Reason reason = Reason::none;
  /// Ids of the table rows that decided, in order, such as "18.1/4"; static text.
  std::vector<std::string_view> rules{};
  std::optional<UserId> held_by{};      ///< with `already_held`
  std::optional<Instant> held_since{};  ///< with `already_held`
  std::uint32_t pending_count = 0;      ///< of a `Release`: messages the agent is asked about now (S8.2)
  MessageNumber message = 0;            ///< the message this event recorded first; 0: none

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Step {
  Conversation next{};
  std::vector<Record> records{};
  std::vector<Effect> effects{};
  Outcome outcome{};
};

/// Decides. Pure; throws nothing but `std::bad_alloc`. `now` must not lie before `state.last_step_at`.
[[nodiscard]] Step step(const Conversation& state, const Event& event, const Policy& policy, Instant now);

/// The earliest moment at which a `Tick` would do something; empty: none. O(sends), no allocation.
[[nodiscard]] std::optional<Instant> next_deadline(const Conversation& state);

[[nodiscard]] std::string_view to_string(Phase);
[[nodiscard]] std::string_view to_string(Reason);
[[nodiscard]] std::string_view to_string(Verdict);
[[nodiscard]] std::string_view to_string(Notice);
[[nodiscard]] std::string_view to_string(Delivery);
[[nodiscard]] std::string_view to_string(Author);
[[nodiscard]] std::string_view to_string(ResolvedBy);
[[nodiscard]] std::string_view to_string(QueueReason);
[[nodiscard]] std::string_view to_string(MessageKind);
[[nodiscard]] std::string_view to_string(AccountState);
/// The snake_case name of the alternative an event or effect holds, such as "contact_message".
[[nodiscard]] std::string_view name_of(const Event&);
[[nodiscard]] std::string_view name_of(const Effect&);

}  // namespace sessioncore
