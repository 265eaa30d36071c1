// Bodies of the account and webhook calls; what cannot be read is `invalid_argument`. Internal to the adapter.
#pragma once

#include "sessioncore/unipile/accounts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sessioncore::unipile::codec {

[[nodiscard]] std::string write_connect();
[[nodiscard]] Result<ConnectStep> read_connect(std::string_view body);
[[nodiscard]] Result<Account> read_account(std::string_view body);
[[nodiscard]] std::string write_registration(const WebhookRegistration& registration);
[[nodiscard]] Result<std::string> read_webhook_id(std::string_view body);

struct WebhookPage {
  std::vector<RegisteredWebhook> webhooks;
  std::string cursor;  // the next page, or empty
};
[[nodiscard]] Result<WebhookPage> read_webhook_list(std::string_view body);

}  // namespace sessioncore::unipile::codec
