/// Waiting for a condition of another process: there is nothing to wait on but looking again.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace sessioncore::story {

/// True as soon as `condition` holds; false if it did not within the time.
inline bool wait_until(std::chrono::milliseconds within, const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
  return true;
}

/// True if `condition` held all the time.
inline bool holds_for(std::chrono::milliseconds time, const std::function<bool()>& condition) {
  return !wait_until(time, [&] { return !condition(); });
}

}  // namespace sessioncore::story
