/// What people and other systems are to be told, and whether they were.
///
/// `SqliteStore` adds a row for each `Notify` effect in the transaction that stores its decision; here rows are added
/// that come from no chat, listed, and marked once they were delivered. A row whose delivery was not marked, because
/// the process ended before, is delivered again: at least once, and the id tells.
/// Thread rule: one thread at a time; give each thread its own object.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>
#include <sessioncore/sqlite/reader.hpp>

namespace sessioncore::sqlite {

/// The numbers lie in files: they never change.
enum class DeliveryState { pending = 0, delivered = 1, failed = 2, no_receiver = 3 };
[[nodiscard]] std::string_view to_string(DeliveryState state);

/// How much of a notice's detail is kept, in Unicode code points.
inline constexpr std::size_t kNotificationDetailMax = 300;

/// The id of the `place`th (from 1) notification of the step that gave a chat this version.
[[nodiscard]] std::string notification_id(const ChatId& chat, std::uint64_t version, std::size_t place);

/// As much of a notice's detail as is kept.
[[nodiscard]] std::string notification_detail(const std::string& detail);

struct Notification {
  std::string id;
  TenantId tenant;
  std::string notice;         ///< the name of a `Notice`, or what was given to `add`
  std::string detail;         ///< holds no message text
  ChatId chat;                ///< empty: it comes from no chat
  SessionNumber session = 0;  ///< 0: none
  AccountId account;
  Instant created_at;
  DeliveryState state = DeliveryState::pending;
  std::uint32_t attempts = 0;
  Instant next_attempt;               ///< of one that is pending
  std::optional<Instant> settled_at;  ///< when it was delivered or given up
  std::string last_error;
};

/// Something that happened to an account rather than in a chat.
struct AccountNotice {
  TenantId tenant;
  AccountId account;
  std::string notice;
  std::string detail;
  Instant at;
};

class SqliteNotifications {
 public:
  /// As `SqliteStore::open`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteNotifications>> open(const std::filesystem::path& path,
                                                                         const Options& options = {});
  ~SqliteNotifications();
  SqliteNotifications(const SqliteNotifications&) = delete;
  SqliteNotifications& operator=(const SqliteNotifications&) = delete;

  /// Adds one that comes from no chat; gives it as it was stored, with its id.
  [[nodiscard]] Result<Notification> add(const AccountNotice& notice);

  /// The latest first. The caller bounds `limit`.
  [[nodiscard]] Result<Page<Notification>> list(const TenantId& tenant, PageRequest page);

  struct PendingTenant {
    TenantId tenant;
    Instant due;  ///< the earliest of its next attempts
  };
  /// The tenants with something pending, by id.
  [[nodiscard]] Result<std::vector<PendingTenant>> pending_tenants();
  /// Of those of a tenant whose next attempt is due, the one that has been due for longest.
  [[nodiscard]] Result<std::optional<Notification>> due(const TenantId& tenant, Instant now);

  // All three count one attempt; `not_found` if there is none with this id that is pending.
  [[nodiscard]] Result<void> mark_delivered(const std::string& id, Instant at);
  [[nodiscard]] Result<void> mark_failed(const std::string& id, Instant at, const std::string& error);
  [[nodiscard]] Result<void> mark_for_retry(const std::string& id, Instant next_attempt, const std::string& error);
  /// What is pending for a tenant that has no receiver stays undelivered. The number of them.
  [[nodiscard]] Result<std::uint64_t> dismiss(const TenantId& tenant, Instant at);

 private:
  struct Impl;
  explicit SqliteNotifications(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
