// Jobs of one chat in order, of different chats side by side; bounded. Internal to the transport.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::unipile::transport {

struct SendJob {
  MessageNumber message = 0;
  std::string text;
};
struct ListJob {
  Instant since;
};
struct Job {
  ChatFacts chat;
  std::variant<SendJob, ListJob> what;
};

// Thread rule: any thread.
class ChatQueue {
 public:
  enum class Pushed { yes, full, closed };

  explicit ChatQueue(std::size_t max) : max_(max) {}

  // Takes the job only when it answers yes.
  [[nodiscard]] Pushed push(Job& job);
  // Waits for a job of a chat that has none under way; empty once closed.
  [[nodiscard]] std::optional<Job> take();
  // The job taken from this chat is done.
  void done(const ChatId& chat);
  // Takes out a send that nobody has taken; empty if there is none.
  [[nodiscard]] std::optional<Job> recall(const ChatId& chat, MessageNumber message);
  // No more jobs; returns those that nobody has taken.
  [[nodiscard]] std::vector<Job> close();
  // Waits until nothing is under way; false when it takes longer.
  [[nodiscard]] bool wait_idle(Duration at_most);

 private:
  const std::size_t max_;
  std::mutex mutex_;
  std::condition_variable takeable_;
  std::condition_variable idle_;
  std::unordered_map<ChatId, std::deque<Job>> chats_;  // a chat with a job under way stays, perhaps with no more jobs
  std::deque<ChatId> ready_;                           // chats with a job and none under way
  std::size_t waiting_ = 0;
  std::size_t under_way_ = 0;
  bool closed_ = false;
};

}  // namespace sessioncore::unipile::transport
