// The only place that reads raw state for decisions: situations in, columns of the decision tables out.
#pragma once

#include "core/draft.hpp"

#include <sessioncore/core/decision_tables.hpp>
#include <sessioncore/core/event.hpp>

namespace sessioncore::detail {

// The provider's time of a message, for ordering: absent means now, the future is clamped (R25).
[[nodiscard]] Instant provider_time(const InboundMessage& message, Instant now);

// Channels that tell whole seconds cut them off: within one second the order is not known.
[[nodiscard]] bool in_a_later_second(Instant at, Instant than);
[[nodiscard]] Arrival arrival_of(const Draft& draft, const ContactMessage& message);
[[nodiscard]] Content content_of(const InboundMessage& message);
[[nodiscard]] Origin origin_of(const Draft& draft, const SelfMessage& message);
[[nodiscard]] NewerQuestion newer_question_of(const Draft& draft, const SelfMessage& message);
[[nodiscard]] Closed closed_of(const Draft& draft);
[[nodiscard]] Holder holder_of(const Draft& draft, const UserId& user);
[[nodiscard]] Sendable sendable_of(const Draft& draft, const SendText& command);
[[nodiscard]] AgentState agent_state_of(const Policy& policy);
[[nodiscard]] Answerable answerable_of(const Draft& draft);
[[nodiscard]] Unanswered unanswered_of(const Draft& draft);
[[nodiscard]] ReplyKind reply_kind_of(const Draft& draft, const AgentReplied& reply);
[[nodiscard]] Current current_of(const Draft& draft, Generation generation);
// The same for a link that has not become ready yet: it does so once.
[[nodiscard]] Current awaited_of(const Draft& draft, Generation generation);
[[nodiscard]] LinkEvent tool_of(const Draft& draft, const AgentToolCalled& call);
[[nodiscard]] TurnIs turn_of(const Draft& draft);
[[nodiscard]] Attempts link_attempts_of(const Draft& draft);
// Of an open link, for a question of the agent that the policy names.
[[nodiscard]] LinkFit link_fit_of(const Draft& draft);
[[nodiscard]] Fallback fallback_of(const Draft& draft);
[[nodiscard]] WantedFor wanted_for(const Draft& draft);
[[nodiscard]] Echoes echoes_of(const Draft& draft);
[[nodiscard]] Sender sender_of(const Send& send);
[[nodiscard]] Attempts attempts_of(const Draft& draft, const Send& send);
// One doubt may cost one duplicate; a second resend could cost another (P5). A crash has its own.
[[nodiscard]] Attempts resends_of(const Draft& draft, const Send& send);
// Waiting for the account uses up no attempt: what counts then is how often the channel has refused, this time too.
[[nodiscard]] Attempts refusals_of(const Draft& draft, const Send& send);
[[nodiscard]] FactKind report_kind_of(const DeliveryReport& report);
[[nodiscard]] FactKind account_kind_of(const Draft& draft);
[[nodiscard]] FactKind handoff_kind_of(const Draft& draft);

// The send in flight whose echo this is: same normalised text, oldest first, handed over within the window (R3).
[[nodiscard]] Send* echo_of(Draft& draft, const SelfMessage& message);
[[nodiscard]] const Send* echo_of(const Draft& draft, const SelfMessage& message);
// Neither with the channel nor given up: it may still be handed over, or not.
[[nodiscard]] bool waits(const Send& send);
// Held until the account is back, however long that takes.
[[nodiscard]] bool is_kept(const Send& send);
// Still worked on: not only kept to know its echo.
[[nodiscard]] bool is_under_way(const Send& send);
[[nodiscard]] std::size_t sends_under_way(const Conversation& state);
// The others.
[[nodiscard]] std::size_t echoes_awaited(const Conversation& state);
// What was taken back, waited for the account or was cut off by a restart is no failure of the channel.
[[nodiscard]] std::uint32_t attempts_that_count(const Send& send);
// The send whose latest attempt is this one and awaits a result, or null. One in doubt awaits no second report of a
// failure, but that it went out after all is news.
enum class InDoubt { settled, counts };
[[nodiscard]] Send* send_under_way(Draft& draft, const SendId& id, InDoubt in_doubt);

// Ready, or about to be: something may come from it.
[[nodiscard]] bool is_open(const Link& link);
// The agent's work of the phase, or null where the agent has none.
[[nodiscard]] AgentWork* work_of(Conversation& state);
[[nodiscard]] const AgentWork* work_of(const Conversation& state);
// The same where only a phase that has it can be: whoever gets it otherwise has broken P3.
[[nodiscard]] AgentWork& agents_work(Draft& draft);

}  // namespace sessioncore::detail
