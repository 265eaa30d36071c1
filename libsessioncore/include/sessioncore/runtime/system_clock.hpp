/// The machine's wall clock.
#pragma once

#include <sessioncore/engine/ports.hpp>

namespace sessioncore {

/// Thread rule: any thread.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Duration>(since_epoch).count()};
  }
};

}  // namespace sessioncore
