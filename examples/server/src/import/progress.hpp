/// Tells how far an import is, about once a second. Thread rule: one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace sessioncore::server::importing {

class Progress {
 public:
  /// Without `tell` nothing is told.
  explicit Progress(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  /// `count` of `what` are done.
  void at(const std::string& what, std::uint64_t count) {
    constexpr std::uint64_t kLookEvery = 256;
    if (!tell_ || count % kLookEvery != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::seconds(1)) return;
    told_ = now;
    tell_(what + " " + std::to_string(count));
  }
  void end_of(const std::string& what) const {
    if (tell_) tell_(what);
  }

 private:
  const std::function<void(const std::string&)> tell_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace sessioncore::server::importing
