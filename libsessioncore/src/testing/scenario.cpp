#include "testing/scenario_events.hpp"
#include "testing/scenario_policy.hpp"

#include <algorithm>

#include <sessioncore/core/views.hpp>
#include <sessioncore/engine/context.hpp>
#include <sessioncore/testing/scenario.hpp>

namespace sessioncore::testing {
namespace {

using namespace detail;

constexpr Instant kZero{1'700'000'000'000};

// The chat of a script: its state, its messages, its clock.
class ScriptedChat {
 public:
  ScriptedChat() { policy_.agent = AgentId("agent"); }

  // What one line of a script does.
  [[nodiscard]] std::string run(std::string_view line) {
    Words words(line);
    std::string output;
    if (const auto event = read_event(words, view())) {
      words.finish();
      return give(*event);
    }
    const std::string& command = words.command();
    if (command == "policy")
      set_policy(policy_, words.take_rest());
    else if (command == "blacklist")
      output = blacklist(words.word("on or off"));
    else if (command == "account")
      output = account(words.word("state"));
    else if (command == "advance")
      output = advance(parse_duration("duration", words.word("duration")));
    else if (command == "sleep")
      now_ = now_ + positive(parse_duration("duration", words.word("duration")));
    else if (command == "state")
      output = describe(state_, kZero);
    else if (command == "view")
      output = chat_view();
    else if (command == "messages")
      output = all_messages();
    else
      throw BadScript("unknown command '" + command + "'");
    words.finish();
    return output;
  }

 private:
  static Duration positive(Duration time) {
    if (time < Duration(0)) throw BadScript("time does not run backwards");
    return time;
  }

  [[nodiscard]] ScriptView view() const {
    const auto find = [this](const ProviderMessageId& id) {
      const auto at = std::find_if(messages_.begin(), messages_.end(),
                                   [&](const StoredMessage& message) { return message.provider_id == id; });
      return at != messages_.end() ? &*at : nullptr;
    };
    const auto attempt = [this](MessageNumber message) {
      const auto at = std::find_if(state_.sends.begin(), state_.sends.end(),
                                   [&](const Send& send) { return send.message == message; });
      return at != state_.sends.end() ? at->attempts : 0;
    };
    return {now_, state_.link.generation, find, attempt};
  }

  std::string give(const Event& event) {
    const Step decided = step(state_, event, policy_, now_);
    std::string text = print(now_ - kZero) + " " + describe(state_, event, decided, kZero);
    for (const Record& record : decided.records) store(record);
    state_ = decided.next;
    for (const Effect& effect : decided.effects) {
      if (const auto* question = std::get_if<AskAgent>(&effect)) text += what_is_asked(*question);
    }
    return text;
  }

  std::string blacklist(const std::string& word) {
    policy_.blacklisted = parse_switch("blacklist", word);
    return give(BlacklistChanged{});
  }

  std::string account(const std::string& word) {
    set_policy(policy_, {{"account", word}});
    return give(AccountChanged{});
  }

  std::string advance(Duration time) {
    const Instant target = now_ + positive(time);
    std::string text;
    int ticks = 0;
    for (auto due = next_deadline(state_); due && *due <= target; due = next_deadline(state_)) {
      if (++ticks > 10'000) throw BadScript("advance: the deadlines do not end");
      now_ = std::max(now_, *due);
      text += give(Tick{});
    }
    now_ = target;
    return text;
  }

  void store(const Record& record) {
    if (const auto* added = std::get_if<MessageRecorded>(&record)) {
      messages_.push_back(StoredMessage{*added});
      return;
    }
    const auto* change = std::get_if<MessageUpdated>(&record);
    if (change == nullptr) return;
    StoredMessage& message = messages_.at(change->number - 1);
    apply_update(message, *change);
    if (change->provider_id) message.provider_id = *change->provider_id;
  }

  // What an engine would tell the agent.
  [[nodiscard]] std::string what_is_asked(const AskAgent& question) const {
    std::vector<StoredMessage> batch;
    for (const MessageNumber number : question.batch) batch.push_back(messages_.at(number - 1));
    std::vector<StoredMessage> session;
    for (const StoredMessage& message : messages_) {
      if (message.session == question.session) session.push_back(message);
    }
    const std::string context =
        question.with_context ? format_context(session, question.batch, policy_) : std::string();
    const std::string told = context.empty() ? "" : "    history " + quote(context) + "\n";
    return told + "    question " + quote(format_question(batch, policy_)) + "\n";
  }

  [[nodiscard]] std::string chat_view() const {
    const ChatView view = view_of(state_);
    std::string text = "mode=" + std::string(to_string(view.mode));
    text += " session_status=" + std::string(to_string(view.session_status));
    const auto time = [&](const char* name, const std::optional<Instant>& at) {
      if (at) text += std::string(" ") + name + "=" + print(*at - kZero);
    };
    if (view.taken_over_by) text += " taken_over_by=" + view.taken_over_by->value;
    time("taken_over_at", view.taken_over_at);
    time("session_started_at", view.session_started_at);
    time("session_grace_deadline", view.session_grace_deadline);
    return text + "\n";
  }

  [[nodiscard]] std::string all_messages() const {
    std::string text;
    for (const StoredMessage& message : messages_) {
      text += "m" + std::to_string(message.number) + " " + std::string(to_string(message.author));
      text += message.session == 0 ? " no session" : " s" + std::to_string(message.session);
      if (message.delivery != Delivery::none) text += " " + std::string(to_string(message.delivery));
      if (message.deleted) text += " deleted";
      text += " " + quote(message.text) + "\n";
    }
    return text.empty() ? "no messages\n" : text;
  }

  Policy policy_;
  Conversation state_;
  Instant now_ = kZero;
  std::vector<StoredMessage> messages_;  // m1 is the first
};

// Takes the next line off the text.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

bool is_command(std::string_view line) {
  return !line.empty() && line.front() != '#';
}

}  // namespace

Result<std::string> run_script(std::string_view script) {
  ScriptedChat chat;
  std::string text;
  std::string output;
  int number = 0;
  bool waits = false;  // commands have run whose output has not been written
  try {
    while (!script.empty()) {
      const std::string_view line = next_line(script);
      ++number;
      if (line != "----") {
        if (is_command(line)) {
          output += chat.run(line);
          waits = true;
        } else if (line.empty() && waits) {
          return Error{ErrorCode::invalid_argument, "line " + std::to_string(number) + ": ---- is missing"};
        }
        text += std::string(line) + "\n";
        continue;
      }
      text += "----\n" + (output.empty() ? "ok\n" : output);
      output.clear();
      waits = false;
      // What the script says came out is replaced by what comes out now.
      while (!script.empty() && script.front() != '\n') {
        static_cast<void>(next_line(script));
        ++number;
      }
    }
  } catch (const BadScript& fault) {
    return Error{ErrorCode::invalid_argument, "line " + std::to_string(number) + ": " + fault.what()};
  }
  if (waits) return Error{ErrorCode::invalid_argument, "line " + std::to_string(number) + ": ---- is missing"};
  return text;
}

}  // namespace sessioncore::testing
