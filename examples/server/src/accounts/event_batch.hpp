/// Gives events to many chats and waits until all of them are stored.
///
/// Goes through the queue like everything else, so that the engine's memory and the database agree. Thread rule: one
/// thread.
#pragma once

#include <memory>
#include <variant>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

class EventBatch {
 public:
  explicit EventBatch(Runtime& runtime);

  void add(std::variant<ChatId, ChatFacts> chat, Event event);
  /// The first error of all events so far; a chat that does not exist is none.
  [[nodiscard]] Result<void> wait();

 private:
  struct Shared;
  Runtime& runtime_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace sessioncore::server
