#include "accounts/blacklist.hpp"

#include "accounts/event_batch.hpp"
#include "http/reply.hpp"
#include "log.hpp"
#include "readers.hpp"

#include <algorithm>

namespace sessioncore::server {

namespace {

constexpr std::size_t kAtOnce = 200;

}  // namespace

Blacklist::Blacklist(std::string database, Runtime& runtime, Tenants& tenants)
    : database_(std::move(database)), runtime_(runtime), tenants_(tenants) {}

bool Blacklist::add(const TenantId& tenant, const std::string& phone) {
  bool added = false;
  tenants_.change(tenant, [&](TenantSettings& settings) {
    auto& numbers = settings.blacklisted_numbers;
    added = std::find(numbers.begin(), numbers.end(), phone) == numbers.end();
    if (added) numbers.push_back(phone);
  });
  tell_chats(tenant, phone);
  return added;
}

bool Blacklist::remove(const TenantId& tenant, const std::string& phone) {
  bool removed = false;
  tenants_.change(tenant, [&](TenantSettings& settings) {
    auto& numbers = settings.blacklisted_numbers;
    const auto end = std::remove(numbers.begin(), numbers.end(), phone);
    removed = end != numbers.end();
    numbers.erase(end, numbers.end());
  });
  if (removed) tell_chats(tenant, phone);
  return removed;
}

void Blacklist::tell_chats(const TenantId& tenant, const std::string& phone) {
  const std::lock_guard lock(mutex_);
  if (!finder_) finder_ = readable(sqlite::ChatFinder::open(database_));
  for (ChatId after;;) {
    const auto chats = readable(finder_->with_phone(tenant, phone, after, kAtOnce));
    if (chats.empty()) return;
    after = chats.back();
    EventBatch batch(runtime_);
    for (const ChatId& chat : chats) batch.add(chat, BlacklistChanged{});
    if (const auto stored = batch.wait(); !stored) {
      log::warn("blacklist.not_told", {{"tenant", tenant.value}, {"detail", stored.error().detail}});
      throw unavailable("the list is changed, but not all chats know it yet: try again");
    }
  }
}

}  // namespace sessioncore::server
