#include "webhook_sender.hpp"

#include "world.hpp"

#include <algorithm>
#include <chrono>

#include <httplib.h>

namespace sessioncore::simulators {

namespace {

constexpr int kThreads = 8;
constexpr std::size_t kKept = 20000;  // delivered ones remembered
constexpr std::int64_t kIdleWaitMs = 1000;

struct Target {
  std::string origin;
  std::string path = "/";
};

Target split_url(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

DeliveryAttempt post(const Delivery& delivery, std::int64_t timeout_ms) {
  DeliveryAttempt attempt;
  attempt.at_ms = clock_ms();
  const auto target = split_url(delivery.url);
  httplib::Client client(target.origin);
  const auto limit = std::chrono::milliseconds(timeout_ms);
  client.set_connection_timeout(limit);
  client.set_read_timeout(limit);
  client.set_write_timeout(limit);
  client.set_tcp_nodelay(true);
  httplib::Headers headers = {{"User-Agent", "axios/1.7.7"}, {"Accept", "application/json, text/plain, */*"}};
  for (const auto& [key, value] : delivery.headers) headers.emplace(key, value);
  const auto result = client.Post(target.path, headers, delivery.body, delivery.content_type);
  attempt.duration_ms = clock_ms() - attempt.at_ms;
  if (result) {
    attempt.status = result->status;
  } else {
    attempt.error = httplib::to_string(result.error());
  }
  return attempt;
}

}  // namespace

WebhookSender::WebhookSender() = default;
WebhookSender::~WebhookSender() {
  stop();
}

void WebhookSender::start() {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

void WebhookSender::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void WebhookSender::set(const Settings& settings) {
  {
    const std::lock_guard lock(mutex_);
    settings_ = settings;
  }
  changed_.notify_all();
}

std::int64_t WebhookSender::submit(Delivery delivery, std::int64_t delay_ms) {
  std::int64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = delivery.id = next_id_++;
    waiting_.push_back({clock_ms() + delay_ms, id, false});
    deliveries_[id] = std::move(delivery);
    while (deliveries_.size() > kKept && deliveries_.begin()->second.state != "pending") {
      deliveries_.erase(deliveries_.begin());
    }
  }
  changed_.notify_all();
  return id;
}

std::int64_t WebhookSender::repeat(std::int64_t delivery_id) {
  Delivery copy;
  {
    const std::lock_guard lock(mutex_);
    const auto found = deliveries_.find(delivery_id);
    if (found == deliveries_.end()) return 0;
    copy = found->second;
  }
  copy.state = "pending";
  copy.attempts.clear();
  return submit(std::move(copy), 0);
}

void WebhookSender::wait_first_attempt(const std::vector<std::int64_t>& ids, std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    return stopping_ || std::all_of(ids.begin(), ids.end(), [&](std::int64_t id) {
             const auto found = deliveries_.find(id);
             return found == deliveries_.end() || !found->second.attempts.empty();
           });
  });
}

std::vector<Delivery> WebhookSender::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Delivery> all;
  for (const auto& [id, delivery] : deliveries_) all.push_back(delivery);
  return all;
}

void WebhookSender::clear() {
  const std::lock_guard lock(mutex_);
  deliveries_.clear();
  waiting_.clear();
}

// First attempts of one chat toward one webhook go one after the other; a retry holds nobody up.
std::string WebhookSender::lane_of(const Delivery& delivery) {
  return delivery.webhook_id + " " + delivery.chat_id;
}

bool WebhookSender::take(Waiting& taken, std::int64_t now, std::int64_t& next_due) {
  if (settings_.held) return false;
  auto best = waiting_.end();
  std::set<std::string> behind;  // lanes in which an earlier delivery still waits
  for (auto item = waiting_.begin(); item != waiting_.end(); ++item) {
    const auto lane = lane_of(deliveries_[item->id]);
    const bool blocked = !item->is_retry && (busy_lanes_.count(lane) != 0 || behind.count(lane) != 0);
    if (!item->is_retry) behind.insert(lane);
    if (blocked) continue;
    if (item->due_ms > now) {
      next_due = std::min(next_due, item->due_ms);
    } else if (best == waiting_.end() || item->due_ms < best->due_ms) {
      best = item;
    }
  }
  if (best == waiting_.end()) return false;
  taken = *best;
  waiting_.erase(best);
  if (!taken.is_retry) busy_lanes_.insert(lane_of(deliveries_[taken.id]));
  return true;
}

void WebhookSender::finish(const Waiting& taken, const DeliveryAttempt& attempt) {
  const auto found = deliveries_.find(taken.id);
  if (found == deliveries_.end()) return;  // cleared meanwhile
  auto& delivery = found->second;
  delivery.attempts.push_back(attempt);
  const auto retried = static_cast<std::int64_t>(delivery.attempts.size()) - 1;
  if (attempt.status == 200) {
    delivery.state = "delivered";
  } else if (retried >= settings_.retries) {
    delivery.state = "failed";
  } else {
    waiting_.push_back({clock_ms() + (settings_.retry_base_ms << retried), taken.id, true});
  }
}

void WebhookSender::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = clock_ms();
    auto next_due = now + kIdleWaitMs;
    Waiting taken;
    if (!take(taken, now, next_due)) {
      changed_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(1, next_due - now)));
      continue;
    }
    const auto delivery = deliveries_[taken.id];
    const auto timeout_ms = settings_.timeout_ms;
    lock.unlock();
    const auto attempt = post(delivery, timeout_ms);
    lock.lock();
    if (!taken.is_retry) busy_lanes_.erase(lane_of(delivery));
    finish(taken, attempt);
    changed_.notify_all();
  }
}

}  // namespace sessioncore::simulators
