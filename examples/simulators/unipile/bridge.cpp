#include "bridge.hpp"

#include "option_fields.hpp"
#include "render.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

void require_one_of(const char* name, const std::string& value, const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  std::string list;
  for (const auto& item : allowed) list += (list.empty() ? "" : ", ") + item;
  throw BadInput(std::string(name) + " must be one of: " + list);
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

json renamed(json body, const Webhook& webhook) {
  body["webhook_name"] = webhook.name;
  if (webhook.renames.empty()) return body;
  json chosen = json::object();  // a webhook with a data list receives exactly the listed properties
  for (const auto& [key, name] : webhook.renames) chosen[name] = body.contains(key) ? body[key] : json(nullptr);
  return chosen;
}

}  // namespace

std::string ApiRequest::query_value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

Bridge::Bridge(UnipileSimulator::Config configuration) : config(std::move(configuration)) {
  if (!config.options_json.empty()) put_options(parse_json(config.options_json));
  seed();
}

Bridge::~Bridge() = default;

void Bridge::seed() {
  world.add_account(config.account_id, config.account_phone, "OK");
  for (const auto& url : config.webhook_urls) register_webhook_url(url);
}

void Bridge::register_webhook_url(const std::string& url) {
  Webhook messaging;
  messaging.id = world.new_id("wh_");
  messaging.source = "messaging";
  messaging.request_url = url;
  messaging.name = "inbox";
  messaging.events = {"message_received", "message_read",   "message_delivered",
                      "message_reaction", "message_edited", "message_deleted"};
  if (!config.webhook_secret.empty()) messaging.headers = {{"x-unipile-secret", config.webhook_secret}};
  auto status = messaging;
  status.id = world.new_id("wh_");
  status.source = "account_status";
  status.name = "account status";
  status.events.clear();
  world.webhooks.push_back(std::move(messaging));
  world.webhooks.push_back(std::move(status));
}

void Bridge::reset(bool keep_options) {
  sender.clear();
  world = World();
  faults.clear();
  missed_.clear();
  reordered_.clear();
  if (!keep_options) options = BridgeOptions{};
  apply_sender_settings();
  seed();
}

std::int64_t Bridge::deliver(const Webhook& webhook, Delivery delivery, std::int64_t delay_ms) {
  delivery.webhook_id = webhook.id;
  delivery.url = webhook.request_url;
  // The trap of the real service: JSON is announced as a form unless the webhook registered a Content-Type.
  delivery.content_type = "application/x-www-form-urlencoded";
  for (const auto& [key, value] : webhook.headers) {
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower == "content-type") {
      delivery.content_type = value;
    } else {
      delivery.headers.emplace_back(key, value);
    }
  }
  if (options.reorder_webhooks > 1 && webhook.source == "messaging") {
    reordered_.push_back(std::move(delivery));
    if (static_cast<std::int64_t>(reordered_.size()) >= options.reorder_webhooks) flush_reordered();
    return 0;
  }
  for (std::int64_t copy = 0; copy < options.duplicate_webhooks; ++copy) sender.submit(delivery, delay_ms);
  return sender.submit(std::move(delivery), delay_ms);
}

void Bridge::flush_reordered() {
  std::reverse(reordered_.begin(), reordered_.end());
  for (auto& delivery : reordered_) {
    for (std::int64_t copy = 0; copy < options.duplicate_webhooks; ++copy) sender.submit(delivery, 0);
    sender.submit(std::move(delivery), 0);
  }
  reordered_.clear();
}

std::vector<std::int64_t> Bridge::emit(const std::string& event, const Message& message, std::int64_t delay_ms,
                                       const std::string& reaction, const Attendee* reactor) {
  const auto& chat = *world.chat(message.chat_id);
  const auto* account = world.account(chat.account_id);
  if (account != nullptr && account->status != "OK") {
    missed_.push_back({account->id, event, message.id});
    return {};
  }
  const auto body = render::webhook_message(world, options, event, message, reaction, reactor);
  std::vector<std::int64_t> ids;
  for (const auto& webhook : world.webhooks) {
    if (!webhook.enabled || webhook.source != "messaging" || !contains(webhook.events, event)) continue;
    if (!webhook.account_ids.empty() && !contains(webhook.account_ids, chat.account_id)) continue;
    Delivery delivery;
    delivery.event = event;
    delivery.chat_id = chat.id;
    delivery.message_id = message.id;
    delivery.body = dump_cut_json(renamed(body, webhook));
    const auto id = deliver(webhook, std::move(delivery), delay_ms);
    if (id != 0) ids.push_back(id);
  }
  return ids;
}

void Bridge::emit_account_status(const std::string& account_id, const std::string& message) {
  for (const auto& webhook : world.webhooks) {
    if (!webhook.enabled || webhook.source != "account_status") continue;
    if (!webhook.account_ids.empty() && !contains(webhook.account_ids, account_id)) continue;
    Delivery delivery;
    delivery.event = "account_status";
    delivery.body = dump_json(render::webhook_account_status(options, account_id, message));
    deliver(webhook, std::move(delivery), 0);
  }
}

void Bridge::emit_raw(const std::string& source, const std::string& body) {
  for (const auto& webhook : world.webhooks) {
    if (!webhook.enabled || webhook.source != source) continue;
    Delivery delivery;
    delivery.event = "raw";
    delivery.body = body;
    deliver(webhook, std::move(delivery), 0);
  }
}

void Bridge::set_account_status(Account& account, const std::string& message) {
  static const std::vector<std::string> kStatuses = {"OK",      "ERROR",      "STOPPED",    "CREDENTIALS",
                                                     "DELETED", "CONNECTING", "PERMISSIONS"};
  const bool back = message == "RECONNECTED" || message == "OK";
  if (message == "RECONNECTED") {
    account.status = "OK";
  } else if (message == "CREATION_SUCCESS") {
    account.status = "CONNECTING";
  } else if (contains(kStatuses, message)) {
    account.status = message == "DELETED" ? "STOPPED" : message;
  } else if (message != "SYNC_SUCCESS") {
    throw BadInput("unknown account status: " + message);
  }
  const auto account_id = account.id;
  emit_account_status(account_id, message);
  if (!back) return;
  std::vector<Missed> backlog;
  std::swap(backlog, missed_);
  for (auto& item : backlog) {
    const auto* missed = world.message(item.message_id);
    if (item.account_id != account_id) {
      missed_.push_back(std::move(item));
    } else if (missed != nullptr) {
      emit(item.event, *missed, 0);
    }
  }
}

std::optional<Fault> Bridge::take_fault(const std::string& route, const std::string& text) {
  const std::lock_guard lock(mutex);
  for (auto fault = faults.begin(); fault != faults.end(); ++fault) {
    if (fault->route != "any" && fault->route != route) continue;
    if (!fault->text.empty() && text.find(fault->text) == std::string::npos) continue;
    const auto taken = *fault;
    if (fault->count > 0 && --fault->count == 0) faults.erase(fault);
    return taken;
  }
  return std::nullopt;
}

void Bridge::apply_sender_settings() {
  WebhookSender::Settings settings;
  settings.timeout_ms = options.webhook_timeout_ms;
  settings.retries = options.webhook_retries;
  settings.retry_base_ms = options.webhook_retry_base_ms;
  settings.held = options.hold_webhooks;
  sender.set(settings);
}

void Bridge::put_options(const json& body) {
  auto fresh = options;
  FieldReader reader(body);
  visit_bridge_options(fresh, reader);
  reader.refuse_unknown();
  require_one_of("echo", fresh.echo, {"after", "before", "off"});
  require_one_of("contact_style", fresh.contact_style, {"lid", "classic", "hidden"});
  require_one_of("attachment_style", fresh.attachment_style, {"prefixed", "plain"});
  require_one_of("account_status_style", fresh.account_status_style, {"nested", "flat"});
  if (fresh.webhook_retries > 20) throw BadInput("webhook_retries must be at most 20");
  options = fresh;
  apply_sender_settings();
}

json Bridge::show_options() const {
  FieldWriter writer;
  visit_bridge_options(options, writer);
  return writer.object;
}

}  // namespace sessioncore::simulators
