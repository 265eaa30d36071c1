// What will happen when, in a world whose time is a number.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include <sessioncore/instant.hpp>

namespace sessioncore::testing {

class Schedule {
 public:
  explicit Schedule(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const { return now_; }
  // `run`: dropped without being run if that process has died meanwhile; empty: belongs to the outside world.
  void after(Duration delay, std::function<void()> what, std::optional<std::uint64_t> process = std::nullopt) {
    actions_.push({now_ + std::max(delay, Duration(0)), ++count_, process, std::move(what)});
  }
  // Runs the next action. False if there is none up to `until`.
  bool step(Instant until, std::uint64_t process) {
    while (!actions_.empty() && actions_.top().at <= until) {
      Action action = actions_.top();
      actions_.pop();
      now_ = std::max(now_, action.at);
      if (action.process && *action.process != process) continue;
      action.what();
      return true;
    }
    now_ = std::max(now_, until);
    return false;
  }

 private:
  struct Action {
    Instant at;
    std::uint64_t order = 0;
    std::optional<std::uint64_t> process;
    std::function<void()> what;
    friend bool operator<(const Action& a, const Action& b) {  // the queue's top is the greatest
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  Instant now_;
  std::uint64_t count_ = 0;
  std::priority_queue<Action> actions_;
};

}  // namespace sessioncore::testing
