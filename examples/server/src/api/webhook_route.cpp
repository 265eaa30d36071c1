#include "api/webhook_route.hpp"

#include "http/reply.hpp"
#include "log.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

constexpr const char* kSecretHeader = "x-unipile-secret";

void reply_received(httplib::Response& response) {
  reply_json(response, {{"status", "received"}});
}

void reply_discarded(httplib::Response& response, std::string_view why) {
  log::debug("webhook.discarded", {{"why", std::string(why)}});
  response.set_header("X-Discarded", std::string(why));
  reply_received(response);
}

/// The provider delivers again after anything but 200.
HttpError not_stored(const Error& error) {
  log::warn("webhook.not_stored", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
  return unavailable("not stored, deliver it again");
}

}  // namespace

WebhookRoute::WebhookRoute(Runtime& runtime, const Tenants& tenants, Accounts& accounts, Clock& clock,
                           const std::string& secret)
    : runtime_(runtime),
      tenants_(tenants),
      accounts_(accounts),
      clock_(clock),
      checked_(!secret.empty()),
      secret_(secret) {}

bool WebhookRoute::secret_matches(const httplib::Request& request) const {
  if (!checked_) return true;
  return request.get_header_value_count(kSecretHeader) == 1 && secret_.matches(request.get_header_value(kSecretHeader));
}

void WebhookRoute::admit(const httplib::Request& request) const {
  if (secret_matches(request)) return;
  log::warn("webhook.refused", {{"from", request.remote_addr}});
  throw HttpError(401, "unauthorized", std::string("the header ") + kSecretHeader + " is missing or wrong");
}

void WebhookRoute::handle(const httplib::Request& request, httplib::Response& response) {
  auto parsed = unipile::parse_webhook(request.body);
  if (!parsed) throw bad_request(parsed.error().detail);
  if (auto* discarded = std::get_if<unipile::Discarded>(&*parsed)) {
    return reply_discarded(response, unipile::to_string(discarded->why));
  }
  if (auto* status = std::get_if<unipile::AccountStatusWebhook>(&*parsed)) {
    return take_account_status(*status, response);
  }
  take_message(std::get<unipile::MessageWebhook>(std::move(*parsed)), response);
}

void WebhookRoute::take_message(unipile::MessageWebhook&& message, httplib::Response& response) {
  const auto tenant = tenants_.of_account(message.account_id);
  if (tenant == nullptr) return reply_discarded(response, "no_tenant");
  const Instant now = clock_.now();
  if (unipile::fill_missing_time(message.event, now)) {
    log::warn("webhook.no_time", {{"tenant", tenant->id.value}, {"chat", message.chat_id}});
  }
  ChatFacts facts;
  facts.key = {tenant->id, kWhatsAppChannel, std::move(message.chat_id)};
  facts.account = AccountId(std::move(message.account_id));
  facts.contact_name = std::move(message.contact_name);
  facts.contact_phone = std::move(message.contact_phone);
  const auto reply = runtime_.call(std::move(facts), std::move(message.event));
  if (reply) return reply_received(response);
  // A report about a message of a chat we never saw is complete as it is.
  if (reply.error().code == ErrorCode::not_found) return reply_discarded(response, "unknown_chat");
  throw not_stored(reply.error());
}

void WebhookRoute::take_account_status(const unipile::AccountStatusWebhook& status, httplib::Response& response) {
  log::info("account.status",
            {{"account", status.account_id}, {"status", std::string(unipile::to_string(status.status))}});
  if (!accounts_.take(status)) return reply_discarded(response, "no_tenant");
  reply_received(response);
}

}  // namespace sessioncore::server
