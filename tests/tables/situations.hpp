// Every legal situation of every table, as a conversation, an event and a policy.
#pragma once

#include <string>
#include <vector>

#include <sessioncore/core/step.hpp>

namespace sessioncore::tables {

inline constexpr Instant kNow{1'700'000'000'000};

struct Situation {
  Conversation state;
  Event event = Tick{};
  Policy policy;
};

struct Case {
  std::string table;
  std::string label;  // the columns' values, in words
  std::string row;    // the row that applies
  Situation situation;
};

[[nodiscard]] std::vector<Case> all_cases();

}  // namespace sessioncore::tables
