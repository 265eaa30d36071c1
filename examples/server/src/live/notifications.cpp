#include "live/notifications.hpp"

#include "live/notification_view.hpp"
#include "readers.hpp"

namespace sessioncore::server {

namespace {

constexpr std::size_t kPurgedAtOnce = 500;  // so that commits of chats find their turn in between

}  // namespace

void Notifications::account_changed(const TenantId& tenant, const AccountId& account, bool connected,
                                    const std::string& detail, Instant now) {
  const char* const notice = connected ? kAccountConnected : kAccountDisconnected;
  const std::lock_guard lock(mutex_);
  const auto added = readable(table_->add({tenant, account, notice, detail, now}));
  feed_.add(tenant, account, now, {added.id, added.notice, added.detail});
  notifier_.wake();
}

sqlite::Page<sqlite::Notification> Notifications::list(const TenantId& tenant, sqlite::PageRequest page) {
  const std::lock_guard lock(mutex_);
  return readable(table_->list(tenant, page));
}

std::uint64_t Notifications::purge(Instant before) {
  std::uint64_t purged = 0;
  for (;;) {
    const std::lock_guard lock(mutex_);
    const auto now_purged = readable(table_->purge(before, kPurgedAtOnce));
    purged += now_purged;
    if (now_purged < kPurgedAtOnce) return purged;
  }
}

}  // namespace sessioncore::server
