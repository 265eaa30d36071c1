/// One attempt to deliver a notification to an outgoing webhook, bounded in time and in what it reads.
///
/// Redirects are not followed, certificates are checked, answers are not unpacked. Thread rule: `perform` once, on any
/// thread; `look_after` and `cut_off` from another one meanwhile.
#pragma once

#include "live/webhook_url.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include <sessioncore/instant.hpp>

namespace sessioncore::server {

struct WebhookRequest {
  WebhookUrl url;
  std::string id;
  std::string body;
  std::string signature;
  Duration timeout{};  ///< for the whole attempt, but for looking the host's name up
};

struct WebhookAnswer {
  int status = 0;       ///< 0: none came
  std::string problem;  ///< why none came
  std::optional<Duration> retry_after;
  [[nodiscard]] bool delivered() const { return status >= 200 && status < 300; }
};

class WebhookCall {
 public:
  explicit WebhookCall(WebhookRequest request) : request_(std::move(request)) {}
  ~WebhookCall();
  WebhookCall(const WebhookCall&) = delete;
  WebhookCall& operator=(const WebhookCall&) = delete;

  /// Blocks. Never throws for what the network does.
  [[nodiscard]] WebhookAnswer perform();
  /// Ends the attempt if the receiver sends more than an answer needs.
  void look_after();
  /// Ends the attempt. Does not wait, but a connection that is still being made ends by its own timeout.
  void cut_off();

 private:
  void keep(int socket);

  const WebhookRequest request_;
  std::atomic<bool> cut_{false};
  std::mutex mutex_;
  int socket_ = -1;  ///< a name of our own for the library's socket: it stays ours when the library closes its one
};

/// `t=<unix>,v1=<hex>`: the HMAC-SHA-256 of "<unix>.<body>" under the secret.
[[nodiscard]] std::string signature_of(const std::string& secret, std::int64_t unix_seconds, const std::string& body);

}  // namespace sessioncore::server
