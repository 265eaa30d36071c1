#include "explain.hpp"

#include "api/decision_view.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <sessioncore/sqlite/reader.hpp>
#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server {

namespace {

constexpr std::uint64_t kAtOnce = 200;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("the database cannot be read: " + result.error().detail);
  return std::move(*result);
}

/// The API's id of the chat, whichever id was given; empty if this tenant has none.
ChatId find_chat(sqlite::SqliteReader& reader, const TenantId& tenant, const std::string& chat) {
  if (must(reader.chat(tenant, ChatId(chat)))) return ChatId(chat);
  for (std::uint64_t page = 1;; ++page) {
    const auto found = must(reader.list_chats(tenant, {}, {page, kAtOnce}));
    for (const auto& row : found.rows) {
      if (row.facts.key.external_id == chat) return row.facts.id;
    }
    if (page * kAtOnce >= found.total) return {};
  }
}

void print_decisions(sqlite::SqliteReader& reader, const TenantId& tenant, const ChatId& chat) {
  const auto total = must(reader.decisions(tenant, chat, {1, 1}))->total;
  // Page 1 is the latest.
  for (std::uint64_t page = (total + kAtOnce - 1) / kAtOnce; page > 0; --page) {
    const auto found = must(reader.decisions(tenant, chat, {page, kAtOnce}));
    for (const auto& decision : found->rows) {
      std::printf("%s\n", explained(decision).c_str());
    }
  }
}

}  // namespace

int explain(const Config& config, const std::string& chat) {
  const auto reader = must(sqlite::SqliteReader::open(config.database));
  const auto users = must(sqlite::SqliteUsers::open(config.database));
  for (const sqlite::Tenant& tenant : must(users->tenants())) {
    const ChatId id = find_chat(*reader, tenant.id, chat);
    if (id.empty()) continue;
    std::printf("chat %s of tenant %s\n", id.value.c_str(), tenant.id.value.c_str());
    print_decisions(*reader, tenant.id, id);
    return 0;
  }
  std::fprintf(stderr, "sessiond: there is no chat %s\n", chat.c_str());
  return 1;
}

}  // namespace sessioncore::server
