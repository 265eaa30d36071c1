// What the agent's answers and the operators' texts covered, until they are out: a text that never left covers nothing
// (R5, P7, ADR 0140, ADR 0155).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// The agent answers the first `count` pending messages: they are pending no longer. What it says until the next answer
// begins belongs to this one.
void begin_answer(Draft& draft, std::uint32_t count);
// A person answers in our name all that is open.
void begin_answer_of_person(Draft& draft);
// The texts recorded so far belong to the latest answer; with `complete` false, the last of them found no room.
void extend_answer(Draft& draft, bool complete);

// This text of ours did not go out, or it did after all.
void lose_text(Draft& draft, MessageNumber text);
void find_text(Draft& draft, MessageNumber text);
// Whether these are texts of one answer.
[[nodiscard]] AnswerIs answer_is(const Draft& draft, MessageNumber one, MessageNumber other);

// The questions whose answers did not go out are pending again, in their order.
void reopen_questions(Draft& draft);
// Everything open is to be answered now: also what an answer covers that was stopped and is still with the channel.
void want_stopped_answers(Draft& draft);
// The agent is to answer nothing any more: somebody else holds the conversation.
void want_nothing(Draft& draft);
// Whether one of those is lost now. It is wanted no longer: whoever is told asks.
[[nodiscard]] bool lacks_wanted_answer(Draft& draft);
// A question is gone: deleted, or answered by a human.
void forget_question(Draft& draft, MessageNumber message);
// All that is open, or would be if the texts under way were lost.
[[nodiscard]] std::vector<PendingMessage> questions_of(const Conversation& state);
// At the end of each step: forgets the answers that are out. The latest stays, as more may be said to it.
void forget_answers(Draft& draft);

}  // namespace sessioncore::detail
