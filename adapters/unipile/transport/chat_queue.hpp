// Jobs of one chat in order, of different chats side by side; bounded for each account, so that one that hangs takes
// neither the room nor the workers of another. Internal to the transport.
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
  SendId id;
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

  // Both for each account: jobs that wait, and jobs under way.
  ChatQueue(std::size_t waiting_max, std::size_t under_way_max)
      : waiting_max_(waiting_max), under_way_max_(under_way_max) {}

  // Takes the job only when it answers yes. A send drops the lists of its chat that nobody has taken: its time has come
  // whatever they would tell.
  [[nodiscard]] Pushed push(Job& job);
  // Waits for a job of a chat that has none under way and whose account has room; empty once closed.
  [[nodiscard]] std::optional<Job> take();
  // True when a send of the chat waits to be taken.
  [[nodiscard]] bool has_send(const ChatId& chat);
  // True when more chats can go on than there are takers that wait.
  [[nodiscard]] bool is_short_of_takers();
  // The job that was taken is done.
  void done(const Job& job);
  // Takes out a send that nobody has taken; empty if there is none.
  [[nodiscard]] std::optional<Job> recall(const ChatId& chat, const SendId& id);
  // No more jobs; returns those that nobody has taken.
  [[nodiscard]] std::vector<Job> close();
  // Waits until nothing is under way; false when it takes longer.
  [[nodiscard]] bool wait_idle(Duration at_most);

 private:
  struct Account {
    std::size_t waiting = 0;
    std::size_t under_way = 0;
    std::deque<ChatId> held;  // chats that would be ready, had the account room
  };

  bool drop_lists(std::deque<Job>& jobs);  // true: there were some
  void make_ready(const ChatId& chat, const AccountId& account);
  // The account in whose line the chat stands while none of its jobs is under way: that of the first one.
  [[nodiscard]] static std::optional<AccountId> line_of(const std::deque<Job>& jobs);
  // After jobs were taken out of a chat whose line was that one. False: it has none left, and none under way.
  [[nodiscard]] bool keep_in_line(const ChatId& chat, const std::deque<Job>& jobs, const AccountId& line);
  void let_one_go_on(Account& account);
  void forget_idle();
  std::optional<Job> next();

  const std::size_t waiting_max_;
  const std::size_t under_way_max_;
  std::mutex mutex_;
  std::condition_variable takeable_;
  std::condition_variable idle_;
  std::unordered_map<ChatId, std::deque<Job>> chats_;  // a chat with a job under way stays, perhaps with no more jobs
  std::unordered_map<AccountId, Account> accounts_;    // those with a job
  std::deque<ChatId> ready_;                           // chats with a job and none under way, in the order they came
  std::size_t takers_ = 0;                             // that wait
  std::size_t under_way_ = 0;
  bool closed_ = false;
};

}  // namespace sessioncore::unipile::transport
