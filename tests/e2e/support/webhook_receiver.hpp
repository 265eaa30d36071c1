/// A receiver of outgoing webhooks, as somebody who runs the server would have one.
///
/// Thread rule: any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace e2e {

struct Received {
  std::string path;
  std::string delivery;   ///< X-Sessiond-Delivery
  std::string signature;  ///< X-Sessiond-Signature
  std::string content_type;
  std::string text;
  nlohmann::json body;
  std::chrono::steady_clock::time_point at;
};

/// What to answer; the last one holds for all that follow.
struct Reply {
  int status = 200;
  std::string header = {};  ///< "Name: value"; empty: none
  bool silent = false;      ///< answers nothing until the receiver stops
  /// A body without an end: this many bytes every 50 ms until the receiver stops or the other side has gone.
  std::size_t endless = 0;
};

class WebhookReceiver {
 public:
  explicit WebhookReceiver(std::vector<Reply> replies = {Reply{}});
  ~WebhookReceiver();

  /// On the port it had before: meanwhile nobody else was given it.
  void start();
  void stop();

  [[nodiscard]] std::string url(const std::string& path = "/hook") const;
  [[nodiscard]] std::vector<Received> received() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The signature by the words of the README, computed with another library than the server's.
[[nodiscard]] std::string signature_by_hand(const std::string& secret, const std::string& time,
                                            const std::string& body);

}  // namespace e2e
