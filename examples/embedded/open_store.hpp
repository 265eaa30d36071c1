// The program's store: a file, or memory alone.
#pragma once

#include <memory>
#include <string>

#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/testing/memory_store.hpp>

namespace embedded {

using namespace sessioncore;

inline Result<std::unique_ptr<Store>> open_store(const std::string& path) {
  if (path.empty()) return std::unique_ptr<Store>(std::make_unique<testing::MemoryStore>());
  auto opened = sqlite::SqliteStore::open(path);
  if (!opened) return opened.error();
  return std::unique_ptr<Store>(std::move(*opened));
}

}  // namespace embedded
