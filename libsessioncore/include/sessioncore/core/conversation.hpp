/// The state of one chat: the aggregate on which every decision is made.
///
/// What is here is what cannot be derived, and nothing that must not be kept: no message text, only numbers and
/// digests. Each phase carries only its own fields, so a combination that makes no sense cannot be written. Unfinished
/// work (the outstanding turn, sends in flight) is part of the state: the state is the outbox. Everything is bounded by
/// a limit in `Policy`. The caller keeps conversations under their chat id and gives them to `step()`; it never edits
/// one. Thread rule: plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore {

/// Who speaks next. Spec status (S4.2): waiting is `waiting`; ai, queued and human are `active`.
enum class Phase { none, waiting, ai, queued, human, resolved };

/// How a session ended (S4.2).
enum class ResolvedBy { human, ai_timeout, manual, timeout };

/// Why a human is wanted.
enum class QueueReason { agent_asked, requested, agent_unavailable, send_failed, send_held, turn_limit, message_limit };

/// Who wrote a message (R26).
enum class Author { contact, ai, human };

/// What is known about a business message's way to the contact (R9).
enum class Delivery { none, pending, sent, delivered, read, failed, suppressed, uncertain };

/// An agent turn: one question (the first `batch` pending messages) and the wait for its answer.
enum class TurnStage { unasked, asked };
struct Turn {
  std::uint32_t batch = 0;     ///< how many of `Conversation::pending`, from the front, it asks about
  std::uint32_t failures = 0;  ///< losses so far; `reconnect_attempts_max` more attempts are made (R20)
  TurnStage stage = TurnStage::unasked;
  std::optional<Instant> reply_deadline{};  ///< set while asked

  friend bool operator==(const Turn&, const Turn&) = default;
};

/// What the agent side of an unresolved session is busy with.
struct AgentWork {
  std::optional<Instant> buffer_first{};     ///< when the burst being collected began (R7)
  std::optional<Instant> buffer_deadline{};  ///< end of the quiet window, at most `message_buffer_max` after the first
  std::optional<Turn> turn{};                ///< at most one at a time (R8)

  friend bool operator==(const AgentWork&, const AgentWork&) = default;
};

struct Waiting {
  Instant grace_deadline{};  ///< fixed when the session starts (R18)
  friend bool operator==(const Waiting&, const Waiting&) = default;
};
struct AiActive {
  AgentWork work{};
  std::optional<Instant> handoff_at{};  ///< the agent asked for a human; its last words may still come until then (R27)
  friend bool operator==(const AiActive&, const AiActive&) = default;
};
struct Queued {
  QueueReason reason = QueueReason::requested;
  Instant since{};
  std::optional<Instant> retry_at{};  ///< when the agent is asked again after an outage (R20)
  AgentWork work{};                   ///< used only with `answer_while_queued`
  friend bool operator==(const Queued&, const Queued&) = default;
};
struct HumanActive {
  std::optional<UserId> by{};  ///< empty: a person who answers on the phone itself
  Instant since{};
  friend bool operator==(const HumanActive&, const HumanActive&) = default;
};
struct Resolved {
  ResolvedBy by = ResolvedBy::manual;
  Instant at{};
  friend bool operator==(const Resolved&, const Resolved&) = default;
};
using PhaseData = std::variant<std::monostate, Waiting, AiActive, Queued, HumanActive, Resolved>;

/// The latest session of the chat; meaningless while the phase is `none`.
struct Session {
  SessionNumber number = 0;
  Instant started_at{};
  std::uint32_t message_count = 0;
  std::optional<Instant> inactivity_deadline{};  ///< R13; set in the ai, queued and human phases
  bool fallback_sent = false;                    ///< the fallback text is said once until the agent answers again
  std::string agent_conversation_id{};           ///< the agent platform's own id, for people who look it up there
  std::optional<Instant> agent_conversation_created_at{};
  std::optional<Instant> agent_last_interaction_at{};

  friend bool operator==(const Session&, const Session&) = default;
};

/// The connection to the agent; one per chat (S14.4).
enum class LinkStage { closed, opening, ready, backing_off };
struct Link {
  Generation generation = 1;  ///< of the present or next link: raised whenever a link is given up
  LinkStage stage = LinkStage::closed;
  std::uint32_t questions = 0;        ///< asked on it: what is read before the first is a greeting (R19)
  std::uint32_t failures = 0;         ///< losses in a row, since the last answer
  std::optional<Instant> deadline{};  ///< opening: init timeout; ready: idle timeout; backing_off: when to reconnect
  std::optional<Instant> ask_at{};    ///< ready and unasked: end of the wait for a greeting
  std::optional<std::int64_t> answered_event{};   ///< event id of the turn answered last on this link (R8)
  std::vector<std::uint64_t> answered_digests{};  ///< texts already sent for that turn
  AgentId agent{};                                ///< whom it was opened to: another one needs another link (R18)

  friend bool operator==(const Link&, const Link&) = default;
};

/// A contact message that no business message covers yet (R5).
struct PendingMessage {
  MessageNumber number = 0;
  Instant provider_time{};
  friend bool operator==(const PendingMessage&, const PendingMessage&) = default;
};

/// An answer of the agent, or a text of an operator: the texts `first` to `last`. What it covers is open again if one
/// of them does not go out (R5, ADR 0140, ADR 0155).
struct Answer {
  std::vector<PendingMessage> questions{};  ///< those it covers
  MessageNumber first = 0;
  MessageNumber last = 0;
  std::vector<MessageNumber> lost{};  ///< of its texts, those that failed or were suppressed
  bool wanted = false;                ///< the agent is to answer what is open: asked anew at once if it is lost
  bool of_person = false;             ///< an operator's text: it covers all that was written before it
  friend bool operator==(const Answer&, const Answer&) = default;
};

/// One attempt to send a message: `attempt` counts from 1 for each message. A report names it, since it may be
/// delivered again when the message is being sent once more (P5).
struct SendId {
  MessageNumber message = 0;
  std::uint32_t attempt = 0;
  friend bool operator==(const SendId&, const SendId&) = default;
};

/// A message on its way out. Sends of a chat go out one after the other, in order.
enum class SendStage {
  queued,       ///< waits for the ones before it
  performing,   ///< handed to the channel
  backing_off,  ///< failed, will be tried again at `deadline`
  held,         ///< the channel's account is disconnected; tried again at `deadline`, or kept until it is back
  ambiguous,    ///< may or may not have gone out; decided at `deadline` (R22)
  unconfirmed,  ///< no longer worked on, but an echo may still come that must not be taken for a human (R3)
};
struct Send {
  MessageNumber message = 0;
  std::uint64_t digest = 0;  ///< of the normalised text, to know our own echo
  Author author = Author::ai;
  SendStage stage = SendStage::queued;
  std::uint32_t attempts = 0;  ///< times it was handed to the channel
  bool stopped = false;        ///< the agent lost the conversation meanwhile: no further attempt (P3)
  std::uint32_t shown = 0;     ///< attempts that are known to have gone out, from the channel's id or an echo
  Instant since{};             ///< when it was last handed to the channel
  std::optional<Instant> deadline{};
  std::uint32_t withdrawn = 0;    ///< how many of them were taken back or refused: they surely did not go out
  std::uint32_t refused = 0;      ///< how many of these it refused because the account was away (R21)
  std::uint32_t doubts = 0;       ///< how many of them the channel itself left in doubt (R22)
  std::uint32_t interrupted = 0;  ///< how many of them a restart cut off (ADR 0139)

  friend bool operator==(const Send&, const Send&) = default;
};

struct Conversation {
  std::uint64_t version = 0;  ///< raised by each step that changes anything; the store checks it
  Instant last_step_at{};
  bool closed = false;
  MessageNumber message_count = 0;  ///< messages so far = number of the latest one
  Session session{};
  PhaseData phase{};
  Link link{};
  std::vector<PendingMessage> pending{};  ///< in order of arrival
  std::vector<Answer> answers{};          ///< the latest of the session, and those before it that are not out
  std::vector<Send> sends{};
  std::vector<Instant> turn_starts{};         ///< of the last hour at most (R24)
  std::optional<Instant> last_business_at{};  ///< provider time of the latest human or agent message (R25)
  std::optional<Instant> last_human_at{};     ///< provider time of the latest human message (R12)
  /// Provider time of the latest that a human wrote on the phone: by one clock with the contact's (R5).
  std::optional<Instant> last_phone_at{};

  friend bool operator==(const Conversation&, const Conversation&) = default;
};

[[nodiscard]] constexpr Phase phase_of(const PhaseData& data) {
  return static_cast<Phase>(data.index());
}
[[nodiscard]] inline Phase phase_of(const Conversation& state) {
  return phase_of(state.phase);
}

/// True while a session is open, whoever holds it.
[[nodiscard]] inline bool has_active_session(const Conversation& state) {
  const Phase phase = phase_of(state);
  return phase != Phase::none && phase != Phase::resolved;
}

/// True if a crash now would leave work to look after: the engine gives such chats a `Recovered` at its start.
[[nodiscard]] bool needs_recovery(const Conversation& state);

/// True if a text of the chat waits to be handed to the channel: news of its account must be told to such chats
/// (`AccountChanged`), since what is kept for an account has no deadline.
[[nodiscard]] bool awaits_account(const Conversation& state);

}  // namespace sessioncore
