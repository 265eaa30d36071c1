// A store on disk, in the folder the test runs in.
#include <filesystem>
#include <iostream>

#include <sessioncore/sqlite/store.hpp>

int main() {
  using namespace sessioncore;
  const std::filesystem::path path = "consumer.db";
  std::filesystem::remove(path);
  const auto store = sqlite::SqliteStore::open(path);
  if (!store) {
    std::cerr << store.error().detail << "\n";
    return 1;
  }
  const auto found = (*store)->find_chat({TenantId("clinic"), "webchat", "42"});
  if (!found || found->has_value()) return 1;
  std::cout << "an empty store in " << path << "\n";
}
