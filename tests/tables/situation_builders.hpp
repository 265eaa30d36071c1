// One builder for each table: the situation with these values of the columns, or nothing where there can be none.
#pragma once

#include "situations.hpp"

#include <optional>

#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore::tables {

using Maybe = std::optional<Situation>;

// When a question may become due: at the end of the grace period, of a burst, of another turn, of an outage, and when a
// human hands back.
enum class Due { grace, buffer, buffer_in_queue, answer, queued_retry, release };

[[nodiscard]] Maybe contact(Arrival arrival, Content content, Listed listed, WhileQueued while_queued, Phase phase);
[[nodiscard]] Maybe self(Origin origin, Content content, NewerQuestion newer, Phase phase);
[[nodiscard]] Maybe take_over(Closed closed, Phase phase, Holder holder, Choice force);
[[nodiscard]] Maybe release(Closed closed, Phase phase, AgentState agent, Choice immediate);
[[nodiscard]] Maybe send_text(Sendable text, Closed closed, Phase phase, Holder holder, Choice claim);
[[nodiscard]] Maybe of_chat(Closed closed, Phase phase, const Event& event);
[[nodiscard]] Maybe deadline(DeadlineKind kind, AccountState account, Phase phase);
[[nodiscard]] Maybe queued_retry(AgentState agent, Unanswered unanswered);
[[nodiscard]] Maybe ambiguous(AmbiguousSend choice, Sender sender, Attempts attempts, Phase phase);
[[nodiscard]] Maybe link(LinkEvent event, Current current, TurnIs turn, Attempts attempts);
[[nodiscard]] Maybe reply(ReplyKind kind, Current current, Forward forward, Phase phase);
[[nodiscard]] Maybe send_result(SendResult result, Known known, Sender sender, Attempts attempts, Phase phase);
[[nodiscard]] Maybe waiting_send(AccountState account, Sender sender, Phase phase);
[[nodiscard]] Maybe no_room(Phase phase);
[[nodiscard]] Maybe overflow(Phase phase);
[[nodiscard]] Maybe link_use(LinkFit fit);
[[nodiscard]] Maybe fallback(Fallback fallback);
[[nodiscard]] Maybe give_up(WantedFor reason);
[[nodiscard]] Maybe rest_of_answer(AnswerIs answer);
[[nodiscard]] Maybe echo_bound(Echoes echoes);
[[nodiscard]] Maybe turn(Due due, Answerable answerable, Unanswered unanswered);
[[nodiscard]] Maybe fact(FactKind kind, Known known, Phase phase);

}  // namespace sessioncore::tables
