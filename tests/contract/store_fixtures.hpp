/// The stores that must keep the contract, each as a fixture.
#pragma once

#include <doctest/doctest.h>

#include <sessioncore/testing/store_contract.hpp>

namespace contract {

/// One check per requirement; a failed one shows all violations.
inline void keeps_the_contract(const sessioncore::testing::StoreFixture& fixture) {
  for (const auto& requirement : sessioncore::testing::store_contract()) {
    CAPTURE(requirement.name);
    std::string all;
    for (const std::string& violation : violations(requirement, fixture)) all += "\n  " + violation;
    CHECK_MESSAGE(all.empty(), all);
  }
}

}  // namespace contract
