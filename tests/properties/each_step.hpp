// Runs random chats and looks at each step of them.
#pragma once

#include "support/random_chat.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include <sessioncore/testing/scenario.hpp>

namespace sessioncore::test_support {

// Calls look(before, event, policy, now, step) after each step. Stops at the first violation: `look` returns false.
template <class Look>
void for_each_step(std::uint64_t seeds, int steps, const Look& look) {
  if (const char* more = std::getenv("SEEDS")) seeds = std::strtoull(more, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    RandomChat chat(seed);
    for (int n = 0; n < steps; ++n) {
      const Event event = chat.next_event();
      const Conversation before = chat.state();
      const Step decided = chat.give(event);
      if (look(before, event, chat.policy(), chat.now(), decided)) continue;
      const std::string what = testing::describe(before, event, decided, chat.now());
      const std::string state = testing::describe(before, chat.now());
      FAIL_CHECK("seed ", seed, ", step ", n, ":\n", what, "before:\n", state);
      return;
    }
  }
}

}  // namespace sessioncore::test_support
