#include "cli/report.hpp"

#include <cstdio>
#include <stdexcept>

namespace sessioncore::server {

namespace {

constexpr std::size_t kListedMax = 50;

}  // namespace

void require_tenant(sqlite::SqliteLog& log, const TenantId& tenant) {
  if (tenant.empty()) return;
  // A tenant that was never served may have chats all the same, in a database that was made another way.
  const bool known = must(log.has_tenant(tenant), "the database cannot be read") ||
                     must(log.count_chats(tenant), "the database cannot be read") > 0;
  if (!known) throw std::runtime_error("--tenant: there is no tenant " + tenant.value);
}

std::vector<ChatFacts> only_chat(sqlite::SqliteLog& log, const TenantId& tenant, const std::string& name) {
  require_tenant(log, tenant);
  auto found = must(log.find(tenant, name, kListedMax), "the database cannot be read");
  if (found.empty()) std::fprintf(stderr, "sessiond: there is no chat %s\n", name.c_str());
  if (found.size() < 2) return found;
  std::fprintf(stderr, "sessiond: several chats go by %s; name one by its id:\n", name.c_str());
  for (const ChatFacts& chat : found) {
    std::fprintf(stderr, "  %s  tenant %s  %s %s\n", chat.id.value.c_str(), chat.key.tenant.value.c_str(),
                 chat.key.channel.c_str(), chat.key.external_id.c_str());
  }
  return {};
}

void Progress::at(std::uint64_t done, std::uint64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || now < next_) return;
  next_ = now + std::chrono::seconds(1);
  std::fprintf(stderr, "%llu of %llu %s\n", static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(total), unit_.c_str());
}

}  // namespace sessioncore::server
