#include "sqlite_support.hpp"
#include "store_fixtures.hpp"

#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/testing/fault_store.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;
using contract::opened;
using sessioncore::sqlite::SqliteStore;

TEST_SUITE("contract") {
  TEST_CASE("the SQLite store keeps the store contract") {
    contract::ScratchFolder folder;
    std::filesystem::path path;
    StoreFixture fixture;
    fixture.fresh = [&] { return opened(path = folder.fresh()); };
    fixture.reopen = [&](std::unique_ptr<Store> store) {
      store.reset();
      return opened(path);
    };
    contract::keeps_the_contract(fixture);
  }

  TEST_CASE("the fault store over a SQLite store keeps the store contract") {
    contract::ScratchFolder folder;
    sqlite::Options quick;  // what is tried here is the wrapper
    quick.synchronous = sqlite::Synchronous::normal;
    std::filesystem::path path;
    std::unique_ptr<SqliteStore> inner;
    StoreFixture fixture;
    fixture.fresh = [&] {
      inner = opened(path = folder.fresh(), quick);
      return std::make_unique<FaultStore>(*inner);
    };
    fixture.reopen = [&](std::unique_ptr<Store>) {
      inner.reset();
      inner = opened(path, quick);
      return std::make_unique<FaultStore>(*inner);
    };
    contract::keeps_the_contract(fixture);
  }
}
