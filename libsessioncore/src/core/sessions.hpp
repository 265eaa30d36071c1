// A session's way through its phases (S6).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// Whether entering a phase counts as something that happened in the session (R13). What the agent's outages lead to
// does not: else the silence of a session that is asked again and again would never end.
enum class Silence { ends, goes_on };

// Enters a phase of the same session.
void enter(Draft& draft, PhaseData phase, Silence silence = Silence::ends);
// Starts the chat's next session in this phase; a closed chat is open again (S6.2).
void begin_session(Draft& draft, PhaseData phase);
void resolve(Draft& draft, ResolvedBy by);

// A human is wanted and nobody has claimed yet.
void queue(Draft& draft, QueueReason reason, std::optional<Instant> retry_at = std::nullopt);

// The session's row as it is now (S4.2).
[[nodiscard]] SessionChanged session_row(const Conversation& state);

// At the end of each step: no more messages wait than the policy allows.
void bound_pending(Draft& draft);

void on_contact_message(Draft& draft, const ContactMessage& message);
void on_self_message(Draft& draft, const SelfMessage& message);
void on_fact(Draft& draft, FactAction action, const Event& event);

}  // namespace sessioncore::detail
