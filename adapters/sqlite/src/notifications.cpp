#include "connection.hpp"
#include "query.hpp"
#include "rows.hpp"

#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::sqlite {
namespace {

#define NOTIFICATION_COLUMNS                                                                              \
  "id, tenant, notice, detail, chat, session, account, created_at_ms, state, attempts, next_attempt_ms, " \
  "settled_at_ms, last_error"

constexpr std::size_t kErrorMax = 300;  // code points of an error that are kept

Notification read_notification(Query& row) {
  Notification read;
  read.id = row.text();
  read.tenant = TenantId(row.text());
  read.notice = row.text();
  read.detail = row.text();
  read.chat = row.optional<ChatId>([&] { return row.text(); }).value_or(ChatId());
  read.session = row.optional<SessionNumber>([&] { return row.number<SessionNumber>(); }).value_or(0);
  read.account = AccountId(row.text());
  read.created_at = row.instant();
  read.state = row.number<DeliveryState>();
  read.attempts = row.number<std::uint32_t>();
  read.next_attempt = row.instant();
  read.settled_at = row.optional_instant();
  read.last_error = row.text();
  return read;
}

void require_pending(int changed) {
  if (changed == 0) throw Refused{{ErrorCode::not_found, "no notification with this id is pending"}};
}

}  // namespace

std::string_view to_string(DeliveryState state) {
  switch (state) {
    case DeliveryState::pending: return "pending";
    case DeliveryState::delivered: return "delivered";
    case DeliveryState::failed: return "failed";
    case DeliveryState::no_receiver: return "no_receiver";
  }
  return "unknown";
}

std::string notification_id(const ChatId& chat, std::uint64_t version, std::size_t place) {
  return chat.value + "-n" + std::to_string(version) + "-" + std::to_string(place);
}

std::string notification_detail(const std::string& detail) {
  return preview(detail, kNotificationDetailMax);
}

struct SqliteNotifications::Impl {
  Impl(const std::filesystem::path& path, const Options& options) : connection(path, options, Access::write) {}

  SQLite::Database& database() { return connection.database(); }

  Connection connection;
  SQLite::Statement add{
      database(),
      "INSERT INTO notifications (id, tenant, notice, detail, account, created_at_ms, next_attempt_ms)"
      " VALUES (lower(hex(randomblob(12))), ?, ?, ?, ?, ?, ?) RETURNING " NOTIFICATION_COLUMNS};
  SQLite::Statement count{database(), "SELECT count(*) FROM notifications WHERE tenant = ?"};
  SQLite::Statement list{database(), "SELECT " NOTIFICATION_COLUMNS
                                     " FROM notifications WHERE tenant = ? ORDER BY row DESC LIMIT ? OFFSET ?"};
  SQLite::Statement pending_tenants{
      database(),
      "SELECT tenant, min(next_attempt_ms) FROM notifications WHERE state = 0 GROUP BY tenant ORDER BY tenant"};
  SQLite::Statement due{database(), "SELECT " NOTIFICATION_COLUMNS
                                    " FROM notifications WHERE state = 0 AND tenant = ? AND next_attempt_ms <= ?"
                                    " ORDER BY next_attempt_ms, row LIMIT 1"};
  SQLite::Statement settle{database(),
                           "UPDATE notifications SET state = ?, attempts = attempts + 1, settled_at_ms = ?,"
                           " last_error = ? WHERE id = ? AND state = 0"};
  SQLite::Statement retry{database(),
                          "UPDATE notifications SET attempts = attempts + 1, next_attempt_ms = ?, last_error = ?"
                          " WHERE id = ? AND state = 0"};
  SQLite::Statement dismiss{database(),
                            "UPDATE notifications SET state = 3, settled_at_ms = ? WHERE tenant = ? AND state = 0"};
};

SqliteNotifications::SqliteNotifications(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteNotifications::~SqliteNotifications() = default;

Result<std::unique_ptr<SqliteNotifications>> SqliteNotifications::open(const std::filesystem::path& path,
                                                                       const Options& options) {
  return guarded([&] {
    return std::unique_ptr<SqliteNotifications>(new SqliteNotifications(std::make_unique<Impl>(path, options)));
  });
}

Result<Notification> SqliteNotifications::add(const AccountNotice& notice) {
  return guarded([&] {
    const std::string detail = notification_detail(notice.detail);
    Query row(impl_->add, notice.tenant, notice.notice, detail, notice.account, notice.at, notice.at);
    (void)row.next();
    Notification added = read_notification(row);
    (void)row.next();  // to its end: only then it is stored
    return added;
  });
}

Result<Page<Notification>> SqliteNotifications::list(const TenantId& tenant, PageRequest page) {
  return guarded([&] {
    SQLite::Transaction one_state(impl_->database(), SQLite::TransactionBehavior::DEFERRED);
    Page<Notification> result;
    Query counted(impl_->count, tenant);
    (void)counted.next();
    result.total = counted.number<std::uint64_t>();
    Query row(impl_->list, tenant, limit_of(page.limit), offset_of(page.page, page.limit));
    while (row.next()) result.rows.push_back(read_notification(row));
    return result;
  });
}

Result<std::vector<SqliteNotifications::PendingTenant>> SqliteNotifications::pending_tenants() {
  return guarded([&] {
    std::vector<PendingTenant> tenants;
    Query row(impl_->pending_tenants);
    while (row.next()) {
      TenantId tenant(row.text());
      tenants.push_back({std::move(tenant), row.instant()});
    }
    return tenants;
  });
}

Result<std::optional<Notification>> SqliteNotifications::due(const TenantId& tenant, Instant now) {
  return guarded([&]() -> std::optional<Notification> {
    Query row(impl_->due, tenant, now);
    if (!row.next()) return std::nullopt;
    return read_notification(row);
  });
}

Result<void> SqliteNotifications::mark_delivered(const std::string& id, Instant at) {
  static const std::string kNoError;
  return guarded([&] { require_pending(Query(impl_->settle, DeliveryState::delivered, at, kNoError, id).run()); });
}

Result<void> SqliteNotifications::mark_failed(const std::string& id, Instant at, const std::string& error) {
  const std::string kept = preview(error, kErrorMax);
  return guarded([&] { require_pending(Query(impl_->settle, DeliveryState::failed, at, kept, id).run()); });
}

Result<void> SqliteNotifications::mark_for_retry(const std::string& id, Instant next_attempt,
                                                 const std::string& error) {
  const std::string kept = preview(error, kErrorMax);
  return guarded([&] { require_pending(Query(impl_->retry, next_attempt, kept, id).run()); });
}

Result<std::uint64_t> SqliteNotifications::dismiss(const TenantId& tenant, Instant at) {
  return guarded([&] { return static_cast<std::uint64_t>(Query(impl_->dismiss, at, tenant).run()); });
}

}  // namespace sessioncore::sqlite
