#include "live/notifications.hpp"

#include "live/notification_view.hpp"
#include "readers.hpp"

namespace sessioncore::server {

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

}  // namespace sessioncore::server
