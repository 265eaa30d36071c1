/// Managing the WhatsApp accounts at Unipile: connect, reconnect, look, remove, and have webhooks sent to us.
///
/// Each call makes one request and waits for its answer, at most `total_timeout`. Errors: `not_found`;
/// `invalid_argument` when Unipile refuses the request or an argument cannot be sent; `unavailable` for everything that
/// another attempt may mend. Thread rule: any thread; calls wait for each other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sessioncore/unipile/options.hpp>
#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::unipile {

/// What connecting or reconnecting answered.
struct ConnectStep {
  std::string account_id;
  std::string checkpoint;  ///< what the user must do, "QRCODE" as a rule; empty: nothing, the account is connected
  std::string qr_code;     ///< text to show as a QR code; WhatsApp replaces it within a minute: ask again then
};

struct Account {
  std::string id;
  std::string name;
  std::string phone;                            ///< normalised, or empty
  AccountStatus status = AccountStatus::other;  ///< the worst of its sources
};

struct WebhookRegistration {
  std::string source = "messaging";  ///< or "account_status": that one needs a webhook of its own
  std::string request_url;
  std::string name;
  std::vector<std::string> account_ids;            ///< empty: all accounts
  std::string secret_header = "x-unipile-secret";  ///< deliveries carry no other proof of where they come from
  std::string secret;
};

/// A webhook that the service knows.
struct RegisteredWebhook {
  std::string id;
  std::string source;
  std::string request_url;
  std::vector<std::string> account_ids;  ///< empty: all accounts
};

class UnipileAccounts {
 public:
  explicit UnipileAccounts(ClientOptions options);
  ~UnipileAccounts();
  UnipileAccounts(const UnipileAccounts&) = delete;
  UnipileAccounts& operator=(const UnipileAccounts&) = delete;

  [[nodiscard]] Result<ConnectStep> connect();
  [[nodiscard]] Result<ConnectStep> reconnect(const std::string& account_id);
  [[nodiscard]] Result<Account> get(const std::string& account_id);
  [[nodiscard]] Result<void> remove(const std::string& account_id);
  /// Asks for every event that the codec reads, as JSON with our secret. Returns the webhook's id.
  [[nodiscard]] Result<std::string> register_webhook(const WebhookRegistration& registration);
  [[nodiscard]] Result<std::vector<RegisteredWebhook>> webhooks();
  [[nodiscard]] Result<void> remove_webhook(const std::string& webhook_id);
  /// Ends the call under way; later ones fail with `shutting_down`.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::unipile
