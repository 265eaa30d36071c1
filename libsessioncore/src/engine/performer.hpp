// Hands effects to the ports, with the texts they need from the store.
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore::detail {

class Performer {
 public:
  Performer(const EnginePorts& ports, const EngineOptions& options) : ports_(ports), options_(options) {}

  // Takes on the effects of a commit.
  void add(const Commit& commit);
  // Performs what was taken on, in order. What needs a text that cannot be read now stays for the next call; what needs
  // one that never can be is told of and given up.
  void run();
  [[nodiscard]] bool idle() const { return waiting_.empty() && unsent_.empty(); }
  using Unsent = std::vector<std::pair<ChatId, SendFailed>>;
  // Sends that the channel never saw: recalled before they were handed over, or without a text. The caller reports
  // each.
  [[nodiscard]] Unsent take_unsent() { return std::exchange(unsent_, {}); }
  // They could not be reported now.
  void keep_unsent(const Unsent& items) { unsent_.insert(unsent_.begin(), items.begin(), items.end()); }

 private:
  struct Work {
    ChatFacts chat;
    std::shared_ptr<const Policy> policy;
    Effect effect;
  };

  using Texts = Result<std::vector<StoredMessage>>;

  // These are false if it has to wait.
  bool perform(const Work& work);
  bool send(const Work& work, const SendMessage& effect);
  bool ask(const Work& work, const AskAgent& effect);
  Texts texts(const ChatId& chat, std::span<const MessageNumber> numbers);
  // True if trying again does not help. Then it has been told of.
  bool is_lost(const ChatId& chat, const Texts& texts, const char* of_what);
  // False if the channel has it.
  bool take_back(const ChatId& chat, const SendId& send);
  void drop_questions(const LinkId& link);

  const EnginePorts& ports_;
  const EngineOptions& options_;
  std::deque<Work> waiting_;
  Unsent unsent_;
};

}  // namespace sessioncore::detail
