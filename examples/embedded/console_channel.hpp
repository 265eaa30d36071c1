// A channel of our own. One thread delivers what is handed over, in order, so that the engine never waits for it.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <sessioncore/engine/ports.hpp>

namespace embedded {

using namespace sessioncore;

class ConsoleChannel final : public Channel {
 public:
  // One attempt. Empty: the text is out. `SendFailure` says what is known of one that failed.
  using Deliver = std::function<std::optional<SendFailure>(const ChatFacts& to, const std::string& text)>;

  ConsoleChannel(Deliver deliver, PostEvent post)
      : deliver_(std::move(deliver)), post_(std::move(post)), thread_([this] { work(); }) {}
  ~ConsoleChannel() override { stop(); }
  ConsoleChannel(const ConsoleChannel&) = delete;
  ConsoleChannel& operator=(const ConsoleChannel&) = delete;

  void send(const ChatFacts& chat, const SendId& send, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;  // unfinished work is in the state: the next start finds it
    jobs_.push_back({chat, send, text});
    changed_.notify_all();
  }

  // What has not begun is taken back. What has begun goes on, and its result comes as usual.
  void recall(const ChatFacts& chat, const SendId& send) override {
    const std::lock_guard lock(mutex_);
    const auto taken_back =
        std::erase_if(jobs_, [&](const Job& job) { return job.chat.id == chat.id && job.send == send; });
    if (taken_back > 0) post_(chat.id, SendFailed{.send = send, .failure = SendFailure::withdrawn});
  }

  // A console has no list of what was sent. A service that has one is asked for it, in a thread of the adapter's own,
  // and each message since then is reported as a `SelfMessage`.
  void list_sent(const ChatFacts&, Instant) override {}

  // Until all that was handed over is reported.
  void wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
  }

  // Finishes what was handed over; takes nothing more.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Job {
    ChatFacts chat;
    SendId send;
    std::string text;
  };

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      busy_ = false;
      changed_.notify_all();
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      busy_ = true;
      lock.unlock();
      post_(job.chat.id, attempt(job));
      lock.lock();
    }
  }

  [[nodiscard]] Event attempt(const Job& job) const {
    const auto failure = deliver_(job.chat, job.text);
    if (failure) return SendFailed{.send = job.send, .failure = *failure, .detail = "the console did not take it"};
    return SendSucceeded{.send = job.send, .provider_id = ProviderMessageId("out-" + std::to_string(job.send.message))};
  }

  Deliver deliver_;
  PostEvent post_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;  // the last: it uses all of the others
};

}  // namespace embedded
