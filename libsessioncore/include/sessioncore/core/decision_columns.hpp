/// The columns of the decision tables: each a small closed set of values. `classify.hpp` reads raw state into them.
#pragma once

#include <sessioncore/core/conversation.hpp>
#include <sessioncore/core/decision_table.hpp>
#include <sessioncore/core/policy.hpp>

namespace sessioncore {

enum class Arrival {
  fresh,
  answered,
  late,
  duplicate
};                                      ///< `answered`: a human on the phone wrote later, and came first (R5, R25, P2)
enum class Content { present, empty };  ///< text or attachment, or neither (R15)
enum class Listed { no, yes };          ///< on the blacklist (S12)
enum class WhileQueued { silent, answering };      ///< `answer_while_queued` (R27)
enum class Origin { duplicate, own_echo, human };  ///< R2, R3
/// The contact wrote something after it that is pending (R5). `missed`: that, or it was answered meanwhile, and it
/// comes as late as R25 says.
enum class NewerQuestion { no, yes, missed };
enum class Closed { no, yes };  ///< the chat
enum class Holder { nobody, same_user, other_user, phone };
enum class Choice { off, on };                 ///< force, immediate or claim
enum class AgentState { available, missing };  ///< an active agent that may speak to this contact
enum class Sendable { fine, empty, too_long, no_account, no_room };
/// In the order in which they run when several are due (R4).
enum class DeadlineKind {
  grace,
  link_init,
  reply,
  reconnect,
  ask,
  buffer,
  handoff,
  queued_retry,
  send_retry,
  ambiguous_send,
  link_idle,
  inactivity
};
enum class LinkEvent {
  ready,
  lost_clean,
  lost_failed,
  lost_refused,
  lost_busy,
  lost_after_handoff,  ///< however it ended: the agent had passed the conversation on
  handoff_tool,
  handoff_in_queue,  ///< it helps out, and a human is wanted for another reason
  handoff_again,
  other_tool
};
enum class Current { no, yes };  ///< the generation of the event is the link's
enum class TurnIs { absent, outstanding };
enum class Attempts { left, spent };
/// R8, R19, R27. `farewell`: said between the agent's wish for a human and the hand-over.
enum class ReplyKind { empty, greeting, answer, same_turn, repeated, farewell, unsolicited };
enum class Forward { no, yes };  ///< `forward_unsolicited`
enum class SendResult { succeeded, retryable, permanent, disconnected, ambiguous, withdrawn };
enum class Known { no, yes };  ///< the message or send is one we have
/// Whose text is on its way. `stopped`: the agent's, and somebody has taken the conversation since, or it ended.
enum class Sender { agent, stopped, person };
enum class Answerable { yes, no_agent, blacklisted, over_limit, handing_off, human_wanted, busy };
enum class Unanswered { none, some };  ///< pending messages (R5)
/// An open link, for the next question. `expired`: nothing was said on it for `conversation_timeout`.
enum class LinkFit { fits, expired, of_another_agent };
enum class Fallback { none, said, unsaid };                ///< the text for an agent that cannot be reached (R20)
enum class WantedFor { nothing, outage, another_reason };  ///< what a human is wanted for already (R20, R27)
enum class Echoes { within_limit, beyond_limit };          ///< texts that are out and whose echo may come: `echoes_max`
enum class AnswerIs { same, another };                     ///< of two texts of the agent (R23)
enum class FactKind {
  edited,
  deleted,
  report_newer,
  report_older,
  handoff_requested,
  handoff_repeated,  ///< the agent or somebody has asked for a human before, and nobody has claimed yet
  blacklisted,
  unblacklisted,
  account_back,
  account_gone,
  account_unconcerned,
  recovered
};

template <>
inline constexpr std::size_t kColumnSize<Phase> = 6;
template <>
inline constexpr std::size_t kColumnSize<Arrival> = 4;
template <>
inline constexpr std::size_t kColumnSize<Content> = 2;
template <>
inline constexpr std::size_t kColumnSize<Listed> = 2;
template <>
inline constexpr std::size_t kColumnSize<WhileQueued> = 2;
template <>
inline constexpr std::size_t kColumnSize<Origin> = 3;
template <>
inline constexpr std::size_t kColumnSize<NewerQuestion> = 3;
template <>
inline constexpr std::size_t kColumnSize<Closed> = 2;
template <>
inline constexpr std::size_t kColumnSize<Holder> = 4;
template <>
inline constexpr std::size_t kColumnSize<Choice> = 2;
template <>
inline constexpr std::size_t kColumnSize<AgentState> = 2;
template <>
inline constexpr std::size_t kColumnSize<Sendable> = 5;
template <>
inline constexpr std::size_t kColumnSize<DeadlineKind> = 12;
template <>
inline constexpr std::size_t kColumnSize<LinkEvent> = 10;
template <>
inline constexpr std::size_t kColumnSize<Current> = 2;
template <>
inline constexpr std::size_t kColumnSize<TurnIs> = 2;
template <>
inline constexpr std::size_t kColumnSize<Attempts> = 2;
template <>
inline constexpr std::size_t kColumnSize<ReplyKind> = 7;
template <>
inline constexpr std::size_t kColumnSize<Forward> = 2;
template <>
inline constexpr std::size_t kColumnSize<SendResult> = 6;
template <>
inline constexpr std::size_t kColumnSize<Known> = 2;
template <>
inline constexpr std::size_t kColumnSize<Sender> = 3;
template <>
inline constexpr std::size_t kColumnSize<AmbiguousSend> = 3;
template <>
inline constexpr std::size_t kColumnSize<AccountState> = 4;
template <>
inline constexpr std::size_t kColumnSize<Answerable> = 7;
template <>
inline constexpr std::size_t kColumnSize<Unanswered> = 2;
template <>
inline constexpr std::size_t kColumnSize<LinkFit> = 3;
template <>
inline constexpr std::size_t kColumnSize<Fallback> = 3;
template <>
inline constexpr std::size_t kColumnSize<WantedFor> = 3;
template <>
inline constexpr std::size_t kColumnSize<Echoes> = 2;
template <>
inline constexpr std::size_t kColumnSize<AnswerIs> = 2;
template <>
inline constexpr std::size_t kColumnSize<FactKind> = 12;

}  // namespace sessioncore
