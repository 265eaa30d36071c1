// What people who write adapters get: a store in memory, among others.
#include <iostream>

#include <sessioncore/testing/memory_store.hpp>

int main() {
  using namespace sessioncore;
  testing::MemoryStore store;
  const auto found = store.find_chat({TenantId("clinic"), "webchat", "42"});
  if (!found || found->has_value()) return 1;
  std::cout << store.chats().size() << " chats\n";
}
