// A policy from the words of a script.
#pragma once

#include <map>
#include <string>

#include <sessioncore/core/policy.hpp>

namespace sessioncore::testing::detail {

// Sets the named keys of the configuration (DESIGN section 5); throws BadScript for one that is unknown or malformed.
void set_policy(Policy& policy, const std::map<std::string, std::string>& values);

}  // namespace sessioncore::testing::detail
