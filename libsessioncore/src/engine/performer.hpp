// Hands effects to the ports, with the texts they need from the store.
#pragma once

#include <deque>
#include <memory>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore::detail {

class Performer {
 public:
  Performer(const EnginePorts& ports, const EngineOptions& options) : ports_(ports), options_(options) {}

  // Takes on the effects of a commit.
  void add(const Commit& commit);
  // Performs what was taken on, in order. What needs a text that cannot be read now stays for the next call.
  void run();
  [[nodiscard]] bool idle() const { return waiting_.empty(); }

 private:
  struct Work {
    ChatFacts chat;
    std::shared_ptr<const Policy> policy;
    Effect effect;
  };

  bool perform(const Work& work);
  bool send(const Work& work, const SendMessage& effect);
  bool ask(const Work& work, const AskAgent& effect);

  const EnginePorts& ports_;
  const EngineOptions& options_;
  std::deque<Work> waiting_;
};

}  // namespace sessioncore::detail
