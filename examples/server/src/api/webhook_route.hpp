/// `POST /webhooks/unipile`: what the provider reports becomes an event, and is answered once that is on disk (P1).
///
/// 200: stored, or nothing to store (the header `X-Discarded` says why). 401: the secret is wrong. 400: not a delivery.
/// 503: not stored, deliver it again. Thread rule: any thread; blocks until the commit.
#pragma once

#include "accounts/accounts.hpp"
#include "auth/secret.hpp"
#include "tenants.hpp"

#include <string>

#include <sessioncore/runtime/runtime.hpp>

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib
namespace sessioncore::unipile {
struct AccountStatusWebhook;
struct MessageWebhook;
}  // namespace sessioncore::unipile

namespace sessioncore::server {

class WebhookRoute {
 public:
  /// An empty `secret` accepts every delivery (development only). The references must outlive the route.
  WebhookRoute(Runtime& runtime, const Tenants& tenants, Accounts& accounts, Clock& clock, const std::string& secret);

  /// Looks at the secret, in the head: whoever does not know it may send no body.
  void admit(const httplib::Request& request) const;
  /// Of a request that was admitted.
  void handle(const httplib::Request& request, httplib::Response& response);

 private:
  [[nodiscard]] bool secret_matches(const httplib::Request& request) const;
  void take_message(unipile::MessageWebhook&& message, httplib::Response& response);
  void take_account_status(const unipile::AccountStatusWebhook& status, httplib::Response& response);

  Runtime& runtime_;
  const Tenants& tenants_;
  Accounts& accounts_;
  Clock& clock_;
  const bool checked_;
  const SecretDigest secret_;
};

}  // namespace sessioncore::server
