// What the channel reported, in order; waiting for it without sleeping. What it logged.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/unipile/options.hpp>

namespace sessioncore::unipile::tests {

class Collector {
 public:
  struct Reported {
    ChatId chat;
    Event event;
  };

  [[nodiscard]] PostEvent post() {
    return [this](const ChatId& chat, Event event) {
      {
        const std::lock_guard lock(mutex_);
        reported_.push_back({chat, std::move(event)});
      }
      changed_.notify_all();
    };
  }
  // All reports once there are at least `count`.
  std::vector<Reported> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [&] { return reported_.size() >= count; })) {
      throw std::runtime_error("too few reports");
    }
    return reported_;
  }
  template <class Kind>
  Kind first() {
    const auto all = wait_for(1);
    if (const auto* kind = std::get_if<Kind>(&all.front().event)) return *kind;
    throw std::runtime_error("the report is alternative " + std::to_string(all.front().event.index()));
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return reported_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reported> reported_;
};

// What the client logged, a line each.
class LogLines {
 public:
  [[nodiscard]] Log into() {
    return [this](LogLevel, const std::string& line) {
      const std::lock_guard lock(mutex_);
      text_ += line + '\n';
    };
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

inline ChatFacts chat_facts(const std::string& id = "c1", const std::string& external = "chat_ayse") {
  ChatFacts chat;
  chat.id = ChatId(id);
  chat.key = {TenantId("clinic"), "whatsapp", external};
  chat.account = AccountId("acc_clinic");
  return chat;
}

}  // namespace sessioncore::unipile::tests
