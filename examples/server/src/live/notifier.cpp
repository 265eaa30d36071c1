#include "live/notifier.hpp"

#include "http/reply.hpp"
#include "live/notification_view.hpp"
#include "log.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

constexpr std::uint32_t kAtOnce = 64;                       // threads are made when needed
constexpr Duration kLook = std::chrono::milliseconds(100);  // at deliveries under way
constexpr Duration kIdle = std::chrono::minutes(1);
constexpr Duration kTroublePause = std::chrono::seconds(1);  // when the database cannot be read

void log_trouble(const Error& error) {
  log::error("notifications.database", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
}

}  // namespace

Duration pause_after(std::uint32_t attempts, const NotifierOptions& options) {
  const std::uint32_t doublings = std::min(attempts == 0 ? 0U : attempts - 1, 20U);
  const Duration whole = std::min<Duration>(options.first_pause * (1LL << doublings), options.pause_max);
  const double part = 1.0 - options.random() / 2.0;
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * part));
}

Notifier::Notifier(std::unique_ptr<sqlite::SqliteNotifications> table, Clock& clock, NotifierOptions options)
    : table_(std::move(table)), clock_(clock), options_(std::move(options)), workers_(kAtOnce, kAtOnce) {}

Notifier::~Notifier() {
  stop();
}

void Notifier::start() {
  thread_ = std::thread([this] { run(); });
}

void Notifier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Notifier::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Notifier::committed(const Commit& commit) {
  const auto notifies = [](const Effect& effect) { return std::holds_alternative<Notify>(effect); };
  const auto& effects = commit.decision.effects;
  if (std::any_of(effects.begin(), effects.end(), notifies)) wake();
}

void Notifier::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    settle_finished();
    watch_late();
    const Duration until_due = begin_due();
    const Duration rest = under_way_.empty() ? until_due : std::min(until_due, kLook);
    lock.lock();
    changed_.wait_for(lock, rest, [this] { return stopping_ || woken_ || !finished_.empty(); });
  }
  lock.unlock();
  for (auto& [tenant, delivery] : under_way_) delivery->call.cut_off();
  workers_.stop();
  settle_finished();
}

Duration Notifier::begin_due() {
  const auto pending = table_->pending_tenants();
  if (!pending) {
    log_trouble(pending.error());
    return kTroublePause;
  }
  // Whoever comes after the one served last is next, so that nobody waits for the others for ever.
  std::vector<sqlite::SqliteNotifications::PendingTenant> tenants = *pending;
  const auto next =
      std::find_if(tenants.begin(), tenants.end(), [&](const auto& one) { return one.tenant > last_served_; });
  std::rotate(tenants.begin(), next, tenants.end());

  Duration rest = kIdle;
  const auto steady = Steady::now();
  for (const auto& [tenant, due] : tenants) {
    if (under_way_.size() >= kAtOnce) return kLook;
    if (under_way_.count(tenant) > 0) continue;
    Duration wait = due - clock_.now();
    const auto lane = lanes_.find(tenant);
    if (lane != lanes_.end()) wait = std::max(wait, std::chrono::ceil<Duration>(lane->second.not_before - steady));
    if (wait > Duration(0)) {
      rest = std::min(rest, wait);
    } else if (!begin(tenant)) {
      rest = std::min(rest, kTroublePause);
    }
  }
  return rest;
}

bool Notifier::begin(const TenantId& tenant) {
  const NotificationsConfig receiver = options_.receiver(tenant);
  if (receiver.url.empty()) {
    const auto dismissed = table_->dismiss(tenant, clock_.now());
    if (!dismissed) log_trouble(dismissed.error());
    return dismissed.has_value();
  }
  auto due = table_->due(tenant, clock_.now());
  if (!due) log_trouble(due.error());
  if (!due || !*due) return due.has_value();
  WebhookRequest request = request_for(**due, receiver);
  auto delivery = std::make_shared<Delivery>(std::move(**due), std::move(request), Steady::now() + receiver.timeout);
  const auto perform = [this, delivery] {
    delivery->answer = delivery->call.perform();
    {
      const std::lock_guard lock(mutex_);
      finished_.push_back(delivery);
    }
    changed_.notify_all();
  };
  if (!workers_.submit(perform)) return false;
  under_way_[tenant] = delivery;
  last_served_ = tenant;
  return true;
}

WebhookRequest Notifier::request_for(const sqlite::Notification& notification,
                                     const NotificationsConfig& receiver) const {
  WebhookRequest request;
  request.url = parse_webhook_url(receiver.url).value_or(WebhookUrl());
  request.id = notification.id;
  request.body = dump(view_of_notification(notification));
  request.signature = signature_of(receiver.secret, clock_.now().ms / 1000, request.body);
  request.timeout = receiver.timeout;
  return request;
}

void Notifier::watch_late() {
  const auto now = Steady::now();
  for (auto& [tenant, delivery] : under_way_) {
    delivery->call.look_after();
    if (now >= delivery->deadline) delivery->call.cut_off();
  }
}

void Notifier::settle_finished() {
  std::vector<DeliveryPtr> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (const DeliveryPtr& delivery : finished) {
    under_way_.erase(delivery->notification.tenant);
    settle(*delivery);
  }
}

void Notifier::settle(const Delivery& delivery) {
  const sqlite::Notification& notification = delivery.notification;
  if (!delivery.answer.delivered()) return settle_failure(delivery);
  lanes_.erase(notification.tenant);
  const auto marked = table_->mark_delivered(notification.id, clock_.now());
  if (marked) return;
  // It stays pending and is delivered again; not at once, or a full disk would make us flood the receiver.
  log_trouble(marked.error());
  pause(notification.tenant, Duration(0));
}

void Notifier::settle_failure(const Delivery& delivery) {
  const sqlite::Notification& notification = delivery.notification;
  const WebhookAnswer& answer = delivery.answer;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ && answer.status == 0) return;  // we cut it off: no attempt that counts
  }
  const std::string why = answer.status == 0 ? answer.problem : "status " + std::to_string(answer.status);
  const std::string attempts = std::to_string(notification.attempts + 1);
  const Instant now = clock_.now();
  const Instant last = notification.created_at + options_.give_up_after;
  Result<void> marked;
  if (now >= last) {
    log::error("notification.failed",
               {{"id", notification.id}, {"tenant", notification.tenant.value}, {"attempts", attempts}, {"why", why}});
    marked = table_->mark_failed(notification.id, now, why);
  } else {
    log::warn("notification.retry",
              {{"id", notification.id}, {"tenant", notification.tenant.value}, {"attempts", attempts}, {"why", why}});
    const Duration wait =
        std::max(pause_after(notification.attempts + 1, options_), answer.retry_after.value_or(Duration(0)));
    marked = table_->mark_for_retry(notification.id, std::min(now + wait, last), why);
  }
  if (!marked) log_trouble(marked.error());
  pause(notification.tenant, answer.retry_after.value_or(Duration(0)));
}

void Notifier::pause(const TenantId& tenant, Duration at_least) {
  Lane& lane = lanes_[tenant];
  lane.not_before = Steady::now() + std::max(pause_after(++lane.failures, options_), at_least);
}

}  // namespace sessioncore::server
