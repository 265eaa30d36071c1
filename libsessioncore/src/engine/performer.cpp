#include "engine/performer.hpp"

#include <algorithm>

#include <sessioncore/engine/context.hpp>

namespace sessioncore::detail {
namespace {

// Enough of the session that the history is full even if the batch and suppressed replies stand at its end.
std::size_t history_window(const Policy& policy, std::size_t batch) {
  return policy.context_messages + batch + 50;
}

}  // namespace

void Performer::add(const Commit& commit) {
  for (const Effect& effect : commit.decision.effects) {
    const auto* recall = std::get_if<RecallSend>(&effect);
    if (recall != nullptr && take_back(commit.facts.id, recall->send)) continue;
    if (const auto* shut = std::get_if<CloseLink>(&effect)) drop_questions({commit.facts.id, shut->generation});
    waiting_.push_back({commit.facts, commit.decision.policy, effect});
  }
}

void Performer::run() {
  std::deque<Work> now_waiting;
  now_waiting.swap(waiting_);
  for (const Work& work : now_waiting) {
    if (!perform(work)) waiting_.push_back(work);
    if (options_.at_point) options_.at_point(5);
  }
}

bool Performer::perform(const Work& work) {
  const ChatId& chat = work.chat.id;
  if (const auto* send_it = std::get_if<SendMessage>(&work.effect)) return send(work, *send_it);
  if (const auto* question = std::get_if<AskAgent>(&work.effect)) return ask(work, *question);
  if (const auto* recall = std::get_if<RecallSend>(&work.effect)) {
    ports_.channel->recall(work.chat, recall->send);
  } else if (const auto* list = std::get_if<ListSent>(&work.effect)) {
    ports_.channel->list_sent(work.chat, list->since);
  } else if (const auto* open = std::get_if<OpenLink>(&work.effect)) {
    ports_.agents->open({chat, open->generation}, open->agent, work.chat);
  } else if (const auto* shut = std::get_if<CloseLink>(&work.effect)) {
    ports_.agents->close({chat, shut->generation});
  } else if (const auto* tool = std::get_if<AnswerTool>(&work.effect)) {
    ports_.agents->answer_tool({chat, tool->generation}, tool->call_id, tool->ok);
  }
  // A Notify has been seen by the event sink, with the commit it belongs to.
  return true;
}

Performer::Texts Performer::texts(const ChatId& chat, std::span<const MessageNumber> numbers) {
  auto stored = ports_.store->messages(chat, numbers);
  if (stored && stored->empty()) return Error{ErrorCode::corrupt, "it is missing"};
  return stored;
}

bool Performer::is_lost(const ChatId& chat, const Texts& texts, const char* of_what) {
  if (texts || texts.error().code == ErrorCode::unavailable) return false;
  const Error& why = texts.error();
  if (options_.on_error) options_.on_error({why.code, "chat " + chat.value + ": " + of_what + ": " + why.detail});
  return true;
}

bool Performer::send(const Work& work, const SendMessage& effect) {
  const ChatId& chat = work.chat.id;
  const auto stored = texts(chat, std::span(&effect.send.message, 1));
  if (stored) {
    ports_.channel->send(work.chat, effect.send, stored->front().text);
    return true;
  }
  if (!is_lost(chat, stored, "a text to be sent cannot be read")) return false;
  unsent_.emplace_back(chat, SendFailed{effect.send, SendFailure::permanent, "its text cannot be read"});
  return true;
}

// What waits for its text, or was decided in the same batch, has not been handed over: it is enough not to do it.
bool Performer::take_back(const ChatId& chat, const SendId& send) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const Work& work) {
    const auto* send_it = std::get_if<SendMessage>(&work.effect);
    return send_it != nullptr && send_it->send == send && work.chat.id == chat;
  });
  if (same == waiting_.end()) return false;
  waiting_.erase(same);
  unsent_.emplace_back(chat, SendFailed{send, SendFailure::withdrawn, "taken back before it was handed over"});
  return true;
}

// A question that waits for its text must not come after the end of its link.
void Performer::drop_questions(const LinkId& link) {
  std::erase_if(waiting_, [&](const Work& work) {
    const auto* question = std::get_if<AskAgent>(&work.effect);
    return question != nullptr && LinkId{work.chat.id, question->generation} == link;
  });
}

// A question that is lost ends with the time that its answer has, like one that the agent leaves unanswered (R20).
bool Performer::ask(const Work& work, const AskAgent& effect) {
  constexpr const char* kWhat = "a question to the agent cannot be read";
  const ChatId& chat = work.chat.id;
  const auto batch = texts(chat, effect.batch);
  if (!batch) return is_lost(chat, batch, kWhat);
  std::string context;
  if (effect.with_context) {
    const auto history =
        ports_.store->latest_messages(chat, effect.session, history_window(*work.policy, effect.batch.size()));
    if (!history) return is_lost(chat, history, kWhat);
    context = format_context(*history, effect.batch, *work.policy);
  }
  ports_.agents->ask({chat, effect.generation}, context, format_question(*batch, *work.policy));
  return true;
}

}  // namespace sessioncore::detail
