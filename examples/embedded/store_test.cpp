// The program's stores keep the contract that the engine relies on. Whoever writes a store runs the same.
#include "open_store.hpp"

#include <cstdio>
#include <filesystem>

#include <sessioncore/testing/store_contract.hpp>

using namespace embedded;

namespace {

// Prints what is wrong; returns how much that is.
int violations_of(const testing::StoreFixture& fixture) {
  int count = 0;
  for (const testing::StoreRequirement& requirement : testing::store_contract()) {
    for (const std::string& violation : violations(requirement, fixture)) {
      std::printf("%s: %s\n", std::string(requirement.name).c_str(), violation.c_str());
      ++count;
    }
  }
  return count;
}

std::unique_ptr<Store> opened(const std::string& path) {
  return open_store(path).value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder(argv[1]);  // ours alone: what a former run left goes
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  int files = 0;
  std::string path;
  testing::StoreFixture on_disk;
  on_disk.fresh = [&] {
    path = (folder / (std::to_string(++files) + ".db")).string();
    return opened(path);
  };
  on_disk.reopen = [&](std::unique_ptr<Store> store) {
    store.reset();
    return opened(path);
  };
  const testing::StoreFixture in_memory{.fresh = [] { return opened(""); }};
  const int found = violations_of(on_disk) + violations_of(in_memory);
  std::printf("%d stores made, %d violations\n", files, found);
  return found == 0 ? 0 : 1;
}
