#include "store_fixtures.hpp"

#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/memory_store.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;

TEST_SUITE("contract") {
  TEST_CASE("the memory store keeps the store contract") {
    StoreFixture fixture;
    fixture.fresh = [] { return std::make_unique<MemoryStore>(); };
    // A snapshot is what the memory store has for a restart.
    fixture.reopen = [](std::unique_ptr<Store> store) {
      return std::make_unique<MemoryStore>(dynamic_cast<const MemoryStore&>(*store));
    };
    contract::keeps_the_contract(fixture);
  }

  TEST_CASE("the fault store over a memory store keeps the store contract") {
    MemoryStore inner;
    StoreFixture fixture;
    fixture.fresh = [&inner] {
      inner = MemoryStore();
      return std::make_unique<FaultStore>(inner);
    };
    fixture.reopen = [&inner](std::unique_ptr<Store>) { return std::make_unique<FaultStore>(inner); };
    contract::keeps_the_contract(fixture);
  }
}
