// Adapters' events that the store did not take wait here for their next try. Those of one chat stay together and in
// order.
#pragma once

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore::detail {

// An input in the queue. What an adapter reports has no caller who would try again: it is tried again here.
struct Job {
  Input input;
  bool from_adapter = false;
  int tries = 0;
};

class Retries {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Behind those of its chat. If none waits, at `at`, which is no earlier than that of any other.
  void push(Job job, Time at) {
    const auto [place, added] = places_.try_emplace(chat_of(job));
    if (added) place->second = chats_.insert(chats_.end(), {at, {}});
    place->second->jobs.push_back(std::move(job));
    ++size_;
  }
  // Takes what is to be tried by now: whole chats, until there are `max` events or more. What the store refused for its
  // content goes alone: it must not take others down with it.
  [[nodiscard]] std::vector<Job> take(Time now, std::size_t max) {
    std::vector<Job> batch;
    while (!chats_.empty() && chats_.front().at <= now && batch.size() < max) {
      auto& jobs = chats_.front().jobs;
      const bool alone = std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.tries > 0; });
      if (alone && !batch.empty()) break;
      places_.erase(chat_of(jobs.front()));
      std::move(jobs.begin(), jobs.end(), std::back_inserter(batch));
      chats_.pop_front();
      if (alone) break;
    }
    size_ -= batch.size();
    return batch;
  }
  // Whether events of its chat wait.
  [[nodiscard]] bool precede(const Job& job) const { return places_.contains(chat_of(job)); }
  [[nodiscard]] std::optional<Time> next() const {
    return chats_.empty() ? std::nullopt : std::optional(chats_.front().at);
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Waiting {
    Time at;
    std::vector<Job> jobs;
  };
  // Adapters name chats by their id.
  static const ChatId& chat_of(const Job& job) { return std::get<ChatId>(job.input.chat); }

  std::list<Waiting> chats_;  // the earliest first
  std::unordered_map<ChatId, std::list<Waiting>::iterator> places_;
  std::size_t size_ = 0;
};

}  // namespace sessioncore::detail
