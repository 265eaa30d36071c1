#include "core/answers.hpp"

#include "core/classify.hpp"
#include "core/sessions.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::detail {
namespace {

bool holds(const Answer& answer, MessageNumber text) {
  return answer.first <= text && text <= answer.last;
}

// What was to cover these as well may still go out: a person's text covers all that was written before it.
void pass_on_questions(Draft& draft) {
  auto& answers = draft.state().answers;
  for (auto lost = answers.begin(); lost != answers.end(); ++lost) {
    if (lost->lost.empty()) continue;
    const auto later = std::find_if(lost + 1, answers.end(),
                                    [](const Answer& answer) { return answer.of_person && answer.lost.empty(); });
    if (later == answers.end()) return;
    later->questions.insert(later->questions.begin(), lost->questions.begin(), lost->questions.end());
    lost->questions.clear();
  }
}

// Nothing more can become of it.
bool is_settled(const Draft& draft, const Answer& answer) {
  const auto& sends = draft.state().sends;
  const bool under_way = std::any_of(
      sends.begin(), sends.end(), [&](const Send& send) { return is_under_way(send) && holds(answer, send.message); });
  return !under_way && (answer.lost.empty() || answer.questions.empty());
}

}  // namespace

void begin_answer(Draft& draft, std::uint32_t count) {
  Conversation& state = draft.state();
  Answer answer;
  answer.questions.assign(state.pending.begin(), state.pending.begin() + count);
  answer.first = state.message_count + 1;
  answer.last = state.message_count;
  state.answers.push_back(std::move(answer));
  state.pending.erase(state.pending.begin(), state.pending.begin() + count);
}

void begin_answer_of_person(Draft& draft) {
  reopen_questions(draft);
  bound_pending(draft);
  begin_answer(draft, static_cast<std::uint32_t>(draft.state().pending.size()));
  draft.state().answers.back().of_person = true;
}

void extend_answer(Draft& draft, bool complete) {
  Conversation& state = draft.state();
  state.answers.back().last = state.message_count;
  if (!complete) lose_text(draft, state.message_count);
}

void lose_text(Draft& draft, MessageNumber text) {
  for (Answer& answer : draft.state().answers) {
    if (holds(answer, text)) answer.lost.push_back(text);
  }
  pass_on_questions(draft);
}

AnswerIs answer_is(const Draft& draft, MessageNumber one, MessageNumber other) {
  const auto& answers = draft.state().answers;
  const bool same = std::any_of(answers.begin(), answers.end(),
                                [&](const Answer& answer) { return holds(answer, one) && holds(answer, other); });
  return same ? AnswerIs::same : AnswerIs::another;
}

void find_text(Draft& draft, MessageNumber text) {
  for (Answer& answer : draft.state().answers) std::erase(answer.lost, text);
}

void reopen_questions(Draft& draft) {
  auto& pending = draft.state().pending;
  for (Answer& answer : draft.state().answers) {
    if (answer.lost.empty()) continue;
    pending.insert(pending.end(), answer.questions.begin(), answer.questions.end());
    answer.questions.clear();
  }
  std::sort(pending.begin(), pending.end(),
            [](const PendingMessage& a, const PendingMessage& b) { return a.number < b.number; });
}

void want_stopped_answers(Draft& draft) {
  for (const Send& send : draft.state().sends) {
    // Whatever of the agent's fails otherwise brings the conversation before a human.
    if (sender_of(send) == Sender::agent || !is_under_way(send)) continue;
    for (Answer& answer : draft.state().answers) {
      if (holds(answer, send.message)) answer.wanted = true;
    }
  }
}

void want_nothing(Draft& draft) {
  for (Answer& answer : draft.state().answers) answer.wanted = false;
}

bool lacks_wanted_answer(Draft& draft) {
  auto& answers = draft.state().answers;
  const auto lacking = [](const Answer& answer) {
    return answer.wanted && !answer.lost.empty() && !answer.questions.empty();
  };
  if (std::none_of(answers.begin(), answers.end(), lacking)) return false;
  want_nothing(draft);
  return true;
}

void forget_question(Draft& draft, MessageNumber message) {
  for (Answer& answer : draft.state().answers) {
    std::erase_if(answer.questions, [&](const PendingMessage& question) { return question.number == message; });
  }
}

std::vector<PendingMessage> questions_of(const Conversation& state) {
  std::vector<PendingMessage> all;
  for (const Answer& answer : state.answers) all.insert(all.end(), answer.questions.begin(), answer.questions.end());
  all.insert(all.end(), state.pending.begin(), state.pending.end());
  return all;
}

void forget_answers(Draft& draft) {
  auto& answers = draft.state().answers;
  if (answers.empty()) return;
  const auto latest = answers.back().of_person ? answers.end() : answers.end() - 1;
  answers.erase(
      std::remove_if(answers.begin(), latest, [&](const Answer& answer) { return is_settled(draft, answer); }), latest);
}

}  // namespace sessioncore::detail
