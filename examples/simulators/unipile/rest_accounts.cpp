// Accounts and webhook registration.

#include "option_fields.hpp"
#include "render.hpp"
#include "rest_routes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::rest {

using nlohmann::json;

namespace {

void require_whatsapp(const json& body) {
  if (body.value("provider", json()) != "WHATSAPP") bad_parameters("provider must be WHATSAPP");
}

json checkpoint(Bridge& bridge, const std::string& account_id) {
  const auto code = "2@" + bridge.world.new_id("qr") + ",stand-in,code==";
  return {{"object", "Checkpoint"}, {"account_id", account_id}, {"checkpoint", {{"type", "QRCODE"}, {"qrcode", code}}}};
}

Account& account_or_404(Bridge& bridge, const std::string& account_id) {
  auto* account = bridge.world.account(account_id);
  if (account == nullptr) not_found("account " + account_id);
  return *account;
}

std::string text_of(const json& object, const char* name, const std::string& fallback) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return fallback;
  if (!found->is_string()) bad_parameters(std::string(name) + " must be a string");
  return found->get<std::string>();
}

std::vector<std::string> texts_of(const json& object, const char* name) {
  std::vector<std::string> list;
  if (!object.contains(name)) return list;
  if (!object[name].is_array()) bad_parameters(std::string(name) + " must be an array");
  for (const auto& item : object[name]) {
    if (!item.is_string()) bad_parameters(std::string(name) + " must hold strings");
    list.push_back(item.get<std::string>());
  }
  return list;
}

// Lists of two-member objects: headers {key, value} and data {key, name}.
std::vector<std::pair<std::string, std::string>> pairs_of(const json& object, const char* name, const char* second) {
  std::vector<std::pair<std::string, std::string>> list;
  if (!object.contains(name)) return list;
  if (!object[name].is_array()) bad_parameters(std::string(name) + " must be an array");
  for (const auto& item : object[name]) {
    const auto key = text_of(item, "key", "");
    if (key.empty()) bad_parameters(std::string(name) + " needs a key in each entry");
    list.emplace_back(key, text_of(item, second, ""));
  }
  return list;
}

Webhook read_webhook(const json& body) {
  static const std::vector<std::string> kSources = {"messaging", "account_status", "email", "email_tracking"};
  static const std::vector<std::string> kEvents = {"message_received", "message_read",   "message_delivered",
                                                   "message_reaction", "message_edited", "message_deleted"};
  Webhook webhook;
  webhook.source = text_of(body, "source", "");
  if (std::find(kSources.begin(), kSources.end(), webhook.source) == kSources.end()) {
    bad_parameters("source must be messaging, account_status, email or email_tracking");
  }
  webhook.request_url = text_of(body, "request_url", "");
  if (webhook.request_url.rfind("http://", 0) != 0 && webhook.request_url.rfind("https://", 0) != 0) {
    bad_parameters("request_url must be an http or https URL");
  }
  webhook.name = text_of(body, "name", "");
  webhook.format = text_of(body, "format", "json");
  if (webhook.format != "json") bad_parameters("format: only json is offered by this stand-in");
  webhook.account_ids = texts_of(body, "account_ids");
  webhook.headers = pairs_of(body, "headers", "value");
  webhook.renames = pairs_of(body, "data", "name");
  webhook.events = texts_of(body, "events");
  for (const auto& event : webhook.events) {
    if (std::find(kEvents.begin(), kEvents.end(), event) == kEvents.end()) bad_parameters("events: unknown " + event);
  }
  if (webhook.source == "messaging" && webhook.events.empty()) webhook.events = {"message_received"};
  const auto enabled = body.value("enabled", json(true));
  if (!enabled.is_boolean()) bad_parameters("enabled must be true or false");
  webhook.enabled = enabled.get<bool>();
  return webhook;
}

}  // namespace

ApiReply create_account(Bridge& bridge, const ApiRequest& request) {
  require_whatsapp(json_body(request));
  const std::lock_guard lock(bridge.mutex);
  const auto id = bridge.world.new_id("acc_");
  bridge.world.add_account(id, "+90212" + digits_of(id).substr(0, 7), "CONNECTING");
  return reply(202, checkpoint(bridge, id));
}

ApiReply reconnect_account(Bridge& bridge, const ApiRequest& request, const std::string& account_id) {
  require_whatsapp(json_body(request));
  const std::lock_guard lock(bridge.mutex);
  auto& account = account_or_404(bridge, account_id);
  if (!bridge.options.reconnect_without_qr) return reply(202, checkpoint(bridge, account_id));
  bridge.set_account_status(account, "RECONNECTED");
  return reply(201, {{"object", "AccountReconnected"}, {"account_id", account_id}});
}

ApiReply get_account(Bridge& bridge, const std::string& account_id) {
  const std::lock_guard lock(bridge.mutex);
  return reply(200, render::rest_account(account_or_404(bridge, account_id)));
}

ApiReply delete_account(Bridge& bridge, const std::string& account_id) {
  const std::lock_guard lock(bridge.mutex);
  bridge.set_account_status(account_or_404(bridge, account_id), "DELETED");
  auto& world = bridge.world;
  const auto erase = [](auto& list, auto gone) {
    list.erase(std::remove_if(list.begin(), list.end(), gone), list.end());
  };
  erase(world.messages, [&](const Message& message) { return world.chat(message.chat_id)->account_id == account_id; });
  erase(world.chats, [&](const Chat& chat) { return chat.account_id == account_id; });
  erase(world.attendees, [&](const Attendee& person) { return person.account_id == account_id; });
  erase(world.accounts, [&](const Account& account) { return account.id == account_id; });
  return reply(200, {{"object", "AccountDeleted"}});
}

ApiReply resync_account(Bridge& bridge, const ApiRequest& request, const std::string& account_id) {
  for (const char* name : {"before", "after"}) {
    const auto value = request.query_value(name);
    if (value.find_first_not_of("0123456789") != std::string::npos) {
      bad_parameters(std::string(name) + " must be unix milliseconds");
    }
  }
  const std::lock_guard lock(bridge.mutex);
  auto& account = account_or_404(bridge, account_id);
  static const char* const kSteps[] = {"SYNC_STARTED", "SYNC_RUNNING", "SYNC_DONE"};
  const auto* status = kSteps[account.syncs_left];
  account.syncs_left = (account.syncs_left + 1) % 3;
  return reply(200, {{"object", "AccountResync"}, {"status", status}});
}

ApiReply create_webhook(Bridge& bridge, const ApiRequest& request) {
  auto webhook = read_webhook(json_body(request));
  const std::lock_guard lock(bridge.mutex);
  webhook.id = bridge.world.new_id("wh_");
  const auto id = webhook.id;
  bridge.world.webhooks.push_back(std::move(webhook));
  return reply(201, {{"object", "WebhookCreated"}, {"webhook_id", id}});
}

ApiReply delete_webhook(Bridge& bridge, const std::string& webhook_id) {
  const std::lock_guard lock(bridge.mutex);
  auto& list = bridge.world.webhooks;
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.id == webhook_id; });
  if (found == list.end()) not_found("webhook " + webhook_id);
  list.erase(found);
  return reply(200, {{"object", "WebhookDeleted"}});
}

}  // namespace sessioncore::simulators::rest
