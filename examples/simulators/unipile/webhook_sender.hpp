// Delivers webhooks: in order within a chat, with retries that grow, on threads of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sessioncore::simulators {

struct DeliveryAttempt {
  std::int64_t at_ms = 0;
  std::int64_t duration_ms = 0;
  int status = 0;  // 0: no answer
  std::string error;
};

struct Delivery {
  std::int64_t id = 0;
  std::string webhook_id;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
  std::string event;
  std::string chat_id;
  std::string message_id;
  std::string state = "pending";  // pending | delivered | failed
  std::vector<DeliveryAttempt> attempts;
};

class WebhookSender {
 public:
  struct Settings {
    std::int64_t timeout_ms = 30000;
    std::int64_t retries = 5;
    std::int64_t retry_base_ms = 250;
    bool held = false;
  };

  WebhookSender();
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  void start();
  void stop();  // what is pending stays undelivered
  void set(const Settings& settings);
  // Returns the delivery's id. It goes out after delay_ms at the earliest.
  std::int64_t submit(Delivery delivery, std::int64_t delay_ms);
  // Sends what was delivered (or given up) once more, as a new delivery with the same body.
  std::int64_t repeat(std::int64_t delivery_id);
  // Waits until each of these was tried at least once.
  void wait_first_attempt(const std::vector<std::int64_t>& ids, std::int64_t timeout_ms);
  [[nodiscard]] std::vector<Delivery> list() const;
  void clear();

 private:
  struct Waiting {
    std::int64_t due_ms = 0;
    std::int64_t id = 0;
    bool is_retry = false;
  };

  void work();
  bool take(Waiting& taken, std::int64_t now, std::int64_t& next_due);
  void finish(const Waiting& taken, const DeliveryAttempt& attempt);
  [[nodiscard]] static std::string lane_of(const Delivery& delivery);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Settings settings_;
  std::map<std::int64_t, Delivery> deliveries_;
  std::deque<Waiting> waiting_;
  std::set<std::string> busy_lanes_;
  std::vector<std::thread> threads_;
  std::int64_t next_id_ = 1;
  bool stopping_ = false;
};

}  // namespace sessioncore::simulators
