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
  // Performs what was taken on, in order. What needs a text that cannot be read now stays for the next call.
  void run();
  [[nodiscard]] bool idle() const { return waiting_.empty() && withdrawn_.empty(); }
  using Withdrawn = std::vector<std::pair<ChatId, SendFailed>>;
  // Sends that were recalled before they were handed over: the channel never saw them. The caller reports each.
  [[nodiscard]] Withdrawn take_withdrawn() { return std::exchange(withdrawn_, {}); }
  // They could not be reported now.
  void keep_withdrawn(const Withdrawn& items) { withdrawn_.insert(withdrawn_.begin(), items.begin(), items.end()); }

 private:
  struct Work {
    ChatFacts chat;
    std::shared_ptr<const Policy> policy;
    Effect effect;
  };

  bool perform(const Work& work);
  bool send(const Work& work, const SendMessage& effect);
  bool ask(const Work& work, const AskAgent& effect);
  // False if the channel has it.
  bool take_back(const ChatId& chat, const SendId& send);

  const EnginePorts& ports_;
  const EngineOptions& options_;
  std::deque<Work> waiting_;
  Withdrawn withdrawn_;
};

}  // namespace sessioncore::detail
