// What holds in every state that step() makes, whatever happened before.
#pragma once

#include <sessioncore/core/step.hpp>

namespace sessioncore::test_support {

// What is wrong with the state, or null.
[[nodiscard]] const char* unsound(const Conversation& state, const Policy& policy);

}  // namespace sessioncore::test_support
