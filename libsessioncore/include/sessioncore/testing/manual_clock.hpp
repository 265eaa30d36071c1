/// A clock that stands still until it is told the time.
#pragma once

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing {

/// Thread rule: one thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant at = {1'760'000'000'000}) : now_(at) {}
  [[nodiscard]] Instant now() override { return now_; }
  void advance(Duration by) { now_ = now_ + by; }
  void set(Instant at) { now_ = at; }

 private:
  Instant now_;
};

}  // namespace sessioncore::testing
