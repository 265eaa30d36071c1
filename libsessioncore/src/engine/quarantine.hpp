// Chats that could not be read although the store works: what falls due in them waits a while, so that it holds up no
// other chat.
#pragma once

#include <unordered_map>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::detail {

class Quarantine {
 public:
  explicit Quarantine(std::size_t max) : max_(max) {}

  // False if there is no room.
  [[nodiscard]] bool add(const ChatId& chat, ErrorCode why, Instant now) {
    if (chats_.size() >= max_ && !chats_.contains(chat)) return false;
    // What lacks only the store comes back soon; broken data has to be mended by somebody.
    const Duration pause = why == ErrorCode::unavailable ? std::chrono::seconds(1) : std::chrono::seconds(60);
    chats_.insert_or_assign(chat, Pause{now, now + pause});
    return true;
  }
  // Lets those go whose time is over; also those put here later than now, by a clock that has jumped since.
  void expire(Instant now) {
    std::erase_if(chats_, [now](const auto& entry) { return now < entry.second.from || entry.second.until <= now; });
  }
  void release(const ChatId& chat) { chats_.erase(chat); }
  [[nodiscard]] bool holds(const ChatId& chat) const { return chats_.contains(chat); }
  [[nodiscard]] std::size_t size() const { return chats_.size(); }

 private:
  struct Pause {
    Instant from;
    Instant until;
  };

  std::size_t max_;
  std::unordered_map<ChatId, Pause> chats_;
};

}  // namespace sessioncore::detail
