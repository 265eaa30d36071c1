#include <algorithm>

#include <sessioncore/engine/context.hpp>

namespace sessioncore {
namespace {

constexpr std::string_view kHeading = "Previous conversation history:";

const std::string& label_of(const StoredMessage& message, const ContextLabels& labels) {
  switch (message.author) {
    case Author::contact: return labels.contact;
    case Author::ai: return labels.agent;
    case Author::human: break;
  }
  return labels.human;
}

bool was_said(const StoredMessage& message) {
  return !message.deleted && message.delivery != Delivery::suppressed && message.delivery != Delivery::failed;
}

// What the contact wrote after the batch is not history yet; what the business said after it is.
bool lies_before(const StoredMessage& message, std::span<const MessageNumber> batch) {
  if (std::find(batch.begin(), batch.end(), message.number) != batch.end()) return false;
  return message.author != Author::contact || batch.empty() ||
         message.number < *std::max_element(batch.begin(), batch.end());
}

}  // namespace

std::string format_question(std::span<const StoredMessage> batch) {
  std::string question;
  for (const StoredMessage& message : batch) {
    if (!question.empty()) question += '\n';
    question += message.text;
  }
  return question;
}

std::string format_context(std::span<const StoredMessage> session_messages, std::span<const MessageNumber> batch,
                           const Policy& policy) {
  std::vector<const StoredMessage*> history;
  for (const StoredMessage& message : session_messages) {
    if (was_said(message) && lies_before(message, batch)) history.push_back(&message);
  }
  const std::size_t limit = policy.context_messages;
  if (history.size() > limit) history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(limit));
  if (history.empty()) return {};

  std::string context(kHeading);
  for (const StoredMessage* message : history) {
    context += '\n' + label_of(*message, policy.context_labels) + ": " + message->text;
  }
  return context;
}

}  // namespace sessioncore
