/// Every event and every effect once, with something in each field: for what must keep them all as they are.
#pragma once

#include <vector>

#include <sessioncore/core/event.hpp>
#include <sessioncore/core/step.hpp>

namespace sessioncore::testing {

[[nodiscard]] std::vector<Event> one_of_each_event();
[[nodiscard]] std::vector<Effect> one_of_each_effect();

}  // namespace sessioncore::testing
