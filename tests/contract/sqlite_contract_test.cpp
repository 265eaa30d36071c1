#include "scratch_folder.hpp"
#include "store_fixtures.hpp"

#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/testing/fault_store.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;
using sessioncore::sqlite::SqliteStore;

namespace {

std::unique_ptr<SqliteStore> opened(const std::filesystem::path& path) {
  auto store = SqliteStore::open(path);
  REQUIRE_MESSAGE(store.has_value(), (store ? std::string() : store.error().detail));
  return std::move(*store);
}

}  // namespace

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
    std::filesystem::path path;
    std::unique_ptr<SqliteStore> inner;
    StoreFixture fixture;
    fixture.fresh = [&] {
      inner = opened(path = folder.fresh());
      return std::make_unique<FaultStore>(*inner);
    };
    fixture.reopen = [&](std::unique_ptr<Store>) {
      inner.reset();
      inner = opened(path);
      return std::make_unique<FaultStore>(*inner);
    };
    contract::keeps_the_contract(fixture);
  }
}
