// The runtime: threads around the engine. Not started, so it refuses.
#include <iostream>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/runtime/system_clock.hpp>

int main() {
  using namespace sessioncore;
  if (SystemClock().now() < Instant{1'500'000'000'000}) return 1;
  Runtime runtime(RuntimeOptions{});
  runtime.stop();
  if (runtime.post(Input{ChatId("a"), Event(Tick{}), {}}).has_value()) return 1;
  std::cout << runtime.stats().inputs << " inputs\n";
}
