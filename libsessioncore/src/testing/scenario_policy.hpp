// A policy from the words of a script.
#pragma once

#include <map>
#include <string>

#include <sessioncore/core/policy.hpp>

namespace sessioncore::testing::detail {

// Sets the named values: keys of the server's `policy`, or verdicts; throws BadScript for an unknown or malformed one.
void set_policy(Policy& policy, const std::map<std::string, std::string>& values);

}  // namespace sessioncore::testing::detail
