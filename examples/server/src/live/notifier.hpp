/// Delivers stored notifications to the tenants' outgoing webhooks.
///
/// At least once: what is pending is read from the database, also after a restart, and marked once a receiver has
/// answered 2xx. Each tenant has one delivery under way, so a slow receiver holds up nobody else; a receiver that fails
/// is left alone for longer each time. Memory is bounded by the number of deliveries at once.
/// Thread rule: `start` and `stop` by the owner, the rest from any thread.
#pragma once

#include "config/config.hpp"
#include "http/worker_pool.hpp"
#include "live/webhook_call.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::server {

struct NotifierOptions {
  Duration first_pause = std::chrono::seconds(1);
  Duration pause_max = std::chrono::minutes(5);
  Duration give_up_after = std::chrono::hours(24);               ///< from when it was created
  std::function<NotificationsConfig(const TenantId&)> receiver;  ///< an empty address: none
  std::function<double()> random;                                ///< from 0 to below 1; spreads the retries
};

/// The pause before attempt `attempts + 1`: doubles, is capped, and is shortened by up to a half by chance.
[[nodiscard]] Duration pause_after(std::uint32_t attempts, const NotifierOptions& options);

class Notifier final : public EventSink {
 public:
  Notifier(std::unique_ptr<sqlite::SqliteNotifications> table, Clock& clock, NotifierOptions options);
  ~Notifier() override;

  void start();
  /// Cuts off what is under way: it is delivered again by the next run.
  void stop();
  /// There may be something new to deliver.
  void wake();
  /// Wakes up for a decision that notifies; the store has written it by then.
  void committed(const Commit& commit) override;

 private:
  using Steady = std::chrono::steady_clock;
  struct Delivery {
    Delivery(sqlite::Notification row, WebhookRequest request, Steady::time_point until)
        : notification(std::move(row)), call(std::move(request)), deadline(until) {}
    const sqlite::Notification notification;
    WebhookCall call;
    const Steady::time_point deadline;
    WebhookAnswer answer;
  };
  using DeliveryPtr = std::shared_ptr<Delivery>;
  /// What is known of a tenant's receiver while it fails.
  struct Lane {
    std::uint32_t failures = 0;
    Steady::time_point not_before;
  };

  void run();
  /// Begins what is due; gives how long there is nothing more to begin.
  [[nodiscard]] Duration begin_due();
  [[nodiscard]] bool begin(const TenantId& tenant);
  void settle_finished();
  void settle(const Delivery& delivery);
  void settle_failure(const Delivery& delivery);
  void pause(const TenantId& tenant, Duration at_least);
  void watch_late();
  [[nodiscard]] WebhookRequest request_for(const sqlite::Notification& notification,
                                           const NotificationsConfig& receiver) const;

  std::unique_ptr<sqlite::SqliteNotifications> table_;
  Clock& clock_;
  const NotifierOptions options_;
  WorkerPool workers_;
  // Of the thread alone.
  std::map<TenantId, DeliveryPtr> under_way_;
  std::map<TenantId, Lane> lanes_;
  TenantId last_served_;
  std::mutex mutex_;  ///< over the next three
  std::vector<DeliveryPtr> finished_;
  bool woken_ = false;
  bool stopping_ = false;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace sessioncore::server
