/// Clients that deliver messages as fast as they are answered, each to chats of its own.
#pragma once

#include "server_fixture.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace e2e {

class Load {
 public:
  static constexpr int kClients = 8;
  static constexpr int kChatsOfClient = 5;

  explicit Load(const ServerFixture& server) : url_(server.url()) {
    for (int i = 0; i < kClients; ++i) threads_.emplace_back([this, i] { deliver_on(i); });
  }
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stopping_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  [[nodiscard]] int answered() const { return answered_count_; }
  [[nodiscard]] int busy() const { return busy_count_; }
  /// "chat/message" of each delivery that was answered 200 by now.
  [[nodiscard]] std::set<std::string> accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  [[nodiscard]] static std::string chat_of(int client, int i) {
    return "chat_" + std::to_string(client) + "_" + std::to_string(i % kChatsOfClient);
  }
  [[nodiscard]] static std::string message_of(int client, int i) {
    return "m_" + std::to_string(client) + "_" + std::to_string(i);
  }

 private:
  void deliver_on(int number) {
    JsonClient client(url_);
    for (int i = 0; !stopping_; ++i) {
      const std::string message = message_of(number, i);
      const auto answer = deliver(client, message_webhook(chat_of(number, i), message, "text " + message));
      if (answer.status == 200) {
        ++answered_count_;
        const std::lock_guard lock(mutex_);
        accepted_.insert(chat_of(number, i) + "/" + message);
      } else if (answer.status == 503) {
        ++busy_count_;
      }
    }
  }

  std::string url_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> answered_count_{0};
  std::atomic<int> busy_count_{0};
  mutable std::mutex mutex_;
  std::set<std::string> accepted_;
  std::vector<std::thread> threads_;
};

}  // namespace e2e
