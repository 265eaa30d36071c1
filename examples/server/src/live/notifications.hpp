/// Notifications for the rest of the server: adds those that come from no chat, lists all of them.
///
/// Those of chats are written by the store, with the decision. Thread rule: any thread; waits for the database.
#pragma once

#include "live/event_feed.hpp"
#include "live/notifier.hpp"

#include <memory>
#include <mutex>

#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::server {

class Notifications {
 public:
  Notifications(std::unique_ptr<sqlite::SqliteNotifications> table, EventFeed& feed, Notifier& notifier)
      : table_(std::move(table)), feed_(feed), notifier_(notifier) {}

  /// To be called when a connected account was lost or is back. On disk when it returns, then on the event stream and
  /// on its way to the tenant's webhook. `detail` says why, without names or numbers of people.
  /// Throws `HttpError` 503 if the database refuses.
  void account_changed(const TenantId& tenant, const AccountId& account, bool connected, const std::string& detail,
                       Instant now);

  /// The latest first. Throws `HttpError` 503 if the database cannot be read.
  [[nodiscard]] sqlite::Page<sqlite::Notification> list(const TenantId& tenant, sqlite::PageRequest page);

 private:
  std::mutex mutex_;
  std::unique_ptr<sqlite::SqliteNotifications> table_;
  EventFeed& feed_;
  Notifier& notifier_;
};

}  // namespace sessioncore::server
