#include "accounts/account_news.hpp"

#include "accounts/event_batch.hpp"
#include "log.hpp"

#include <utility>

namespace sessioncore::server {

namespace {

constexpr std::size_t kAtOnce = 200;  // so that what people do finds its turn in between

/// Returns when all that was decided before is stored: whatever the event's chat, its turn comes after that.
Result<void> wait_for_turn(Runtime& runtime) {
  EventBatch batch(runtime);
  batch.add(ChatId("none"), AccountChanged{});
  return batch.wait();
}

}  // namespace

AccountNews::AccountNews(std::string database, Runtime& runtime, const Tenants& tenants)
    : database_(std::move(database)), runtime_(runtime), tenants_(tenants) {}

Result<void> AccountNews::tell(const TenantId& id, const std::function<bool()>& stopping) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr) return {};
  if (!finder_) {
    auto opened = sqlite::ChatFinder::open(database_);
    if (!opened) return opened.error();
    finder_ = std::move(*opened);
  }
  if (auto moved = move_chats(*tenant, stopping); !moved) return moved;
  if (tenants_.catching_up().holds(id)) return {};  // there is nothing new for them yet
  return tell_unfinished(*tenant, stopping);
}

Result<void> AccountNews::move_chats(const TenantConfig& tenant, const std::function<bool()>& stopping) {
  const AccountId account(tenant.unipile_account_id);
  std::size_t moved = 0;
  while (!account.empty() && !stopping()) {
    auto chats = finder_->not_of_account(tenant.id, account, kAtOnce);
    if (!chats) return chats.error();
    if (chats->empty()) break;
    EventBatch batch(runtime_);
    for (ChatFacts& chat : *chats) {
      chat.id = ChatId();
      chat.account = account;
      batch.add(std::move(chat), AccountChanged{});
    }
    if (const auto stored = batch.wait(); !stored) return stored;
    moved += chats->size();
  }
  if (moved > 0) {
    log::info("account.chats_moved",
              {{"tenant", tenant.id.value}, {"account", account.value}, {"chats", std::to_string(moved)}});
  }
  return {};
}

Result<void> AccountNews::tell_unfinished(const TenantConfig& tenant, const std::function<bool()>& stopping) {
  // A text that is kept by what the account was before must be among those that are found.
  if (const auto stored = wait_for_turn(runtime_); !stored) return stored;
  for (ChatId after; !stopping();) {
    auto chats = finder_->unfinished(tenant.id, after, kAtOnce);
    if (!chats) return chats.error();
    if (chats->empty()) return {};
    after = chats->back().facts.id;
    EventBatch batch(runtime_);
    for (const StoredChat& chat : *chats) {
      if (awaits_account(chat.state)) batch.add(chat.facts.id, AccountChanged{});
    }
    if (const auto stored = batch.wait(); !stored) return stored;
  }
  return {};
}

}  // namespace sessioncore::server
