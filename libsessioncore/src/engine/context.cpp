#include <algorithm>

#include <sessioncore/engine/context.hpp>

namespace sessioncore {
namespace {

constexpr std::string_view kHeading = "Previous conversation history:";
constexpr std::string_view kLeftOut = "[Earlier text was left out.]";
constexpr std::string_view kCut = "…";

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

// In UTF-8 all bytes of a code point but the first look like this.
bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t count_chars(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

// The last code points of a text in UTF-8.
std::string_view newest_part(std::string_view text, std::size_t chars) {
  std::size_t start = text.size();
  while (start > 0 && chars > 0) {
    --start;
    if (!continues(text[start])) --chars;
  }
  return text.substr(start);
}

// What the speaker said, short enough; empty if there is no room for any of it.
std::string cut_line(const std::string& label, const std::string& text, std::size_t chars) {
  const std::size_t taken = count_chars(label) + 1;
  if (chars <= taken) return {};
  return label + std::string(kCut) + std::string(newest_part(text, chars - taken));
}

}  // namespace

std::string format_question(std::span<const StoredMessage> batch, const Policy& policy) {
  std::string question;
  for (const StoredMessage& message : batch) {
    if (!question.empty()) question += '\n';
    question += message.text;
  }
  const std::size_t limit = policy.question_chars_max;
  if (question.size() <= limit || count_chars(question) <= limit) return question;
  return std::string(kLeftOut) + '\n' + std::string(newest_part(question, limit));
}

std::string format_context(std::span<const StoredMessage> session_messages, std::span<const MessageNumber> batch,
                           const Policy& policy) {
  std::vector<const StoredMessage*> history;
  for (const StoredMessage& message : session_messages) {
    if (was_said(message) && lies_before(message, batch)) history.push_back(&message);
  }
  const std::size_t limit = policy.context_messages;
  if (history.size() > limit) history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(limit));

  std::reverse(history.begin(), history.end());
  std::vector<std::string> lines;  // newest first
  std::size_t room = policy.context_chars_max;
  for (const StoredMessage* message : history) {
    const std::string label = label_of(*message, policy.context_labels) + ": ";
    std::string line = label + message->text;
    const std::size_t chars = count_chars(line) + 1;  // and the end of the line
    if (chars > room) {
      if (lines.empty() && room > 0) line = cut_line(label, message->text, room - 1);
      if (lines.empty() && room > 0 && !line.empty()) lines.push_back(std::move(line));
      break;
    }
    room -= chars;
    lines.push_back(std::move(line));
  }
  if (lines.empty()) return {};

  std::reverse(lines.begin(), lines.end());
  std::string context(kHeading);
  for (const std::string& line : lines) context += '\n' + line;
  return context;
}

}  // namespace sessioncore
