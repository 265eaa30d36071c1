#include "account.hpp"

#include "fields.hpp"
#include "sessioncore/unipile/phone.hpp"

#include <utility>

namespace sessioncore::unipile::codec {
namespace {

std::string read_phone(const Fields& account) {
  const auto parameters = account.object("connection_params");
  const auto messaging = parameters ? parameters->object("im") : std::nullopt;
  return messaging ? normalise_phone(messaging->text("phone_number")) : std::string();
}

// The status is not a field of the account: each of its sources has one.
AccountStatus read_status(const Fields& account) {
  const auto* sources = account.array("sources");
  auto status = AccountStatus::other;
  for (std::size_t i = 0; sources != nullptr && i < sources->size(); ++i) {
    status = account_status(account.element("sources", i).text("status"));
    if (status != AccountStatus::ok) break;
  }
  return status;
}

// Accounts are listed by their id, or as objects with one.
RegisteredWebhook read_registered(const Fields& fields) {
  RegisteredWebhook webhook{fields.id("id"), fields.text("source"), fields.text("request_url"), {}};
  const auto* accounts = fields.array("account_ids");
  for (std::size_t i = 0; accounts != nullptr && i < accounts->size(); ++i) {
    const auto& account = (*accounts)[i];
    webhook.account_ids.push_back(account.is_string() ? account.get<std::string>()
                                                      : fields.element("account_ids", i).id("id"));
  }
  return webhook;
}

}  // namespace

std::string write_connect() {
  return Json{{"provider", "WHATSAPP"}}.dump();
}

Result<ConnectStep> read_connect(std::string_view body) {
  return read_object(body, [](const Fields& fields) -> Result<ConnectStep> {
    ConnectStep step;
    step.account_id = fields.id("account_id");
    if (const auto checkpoint = fields.object("checkpoint")) {
      step.checkpoint = checkpoint->id("type");
      step.qr_code = checkpoint->text("qrcode");
    }
    return step;
  });
}

Result<Account> read_account(std::string_view body) {
  return read_object(body, [](const Fields& fields) -> Result<Account> {
    return Account{fields.id("id"), fields.text("name"), read_phone(fields), read_status(fields)};
  });
}

std::string write_registration(const WebhookRegistration& registration) {
  // Without the first header a delivery claims to be form data (see the README).
  Json headers = {{{"key", "Content-Type"}, {"value", "application/json"}}};
  if (!registration.secret.empty()) {
    headers.push_back({{"key", registration.secret_header}, {"value", registration.secret}});
  }
  Json body = {{"source", registration.source},
               {"request_url", registration.request_url},
               {"name", registration.name},
               {"format", "json"},
               {"enabled", true},
               {"headers", std::move(headers)}};
  if (!registration.account_ids.empty()) body["account_ids"] = registration.account_ids;
  if (registration.source == "messaging") {
    // Only message_received would come otherwise.
    body["events"] = {"message_received", "message_read",   "message_delivered",
                      "message_reaction", "message_edited", "message_deleted"};
  }
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> read_webhook_id(std::string_view body) {
  return read_object(body, [](const Fields& fields) -> Result<std::string> { return fields.id("webhook_id"); });
}

Result<WebhookPage> read_webhook_list(std::string_view body) {
  return read_object(body, [](const Fields& fields) -> Result<WebhookPage> {
    WebhookPage page;
    const auto* items = fields.array("items");
    if (items == nullptr) fields.fail("items", "missing");
    for (std::size_t i = 0; i < items->size(); ++i)
      page.webhooks.push_back(read_registered(fields.element("items", i)));
    page.cursor = fields.text("cursor");
    return page;
  });
}

}  // namespace sessioncore::unipile::codec
