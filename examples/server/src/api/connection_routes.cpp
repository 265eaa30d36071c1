#include "api/connection_routes.hpp"

#include "http/body.hpp"
#include "http/reply.hpp"
#include "live/webhook_url.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr const char* kWebhookPath = "/webhooks/unipile";
constexpr double kGraceMin = 30;
constexpr double kGraceMax = 1800;

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

json settings_view(const TenantConfig& tenant) {
  const auto ms = tenant.grace_period.count();
  return {{"agent_id", text_or_null(tenant.agent_id.value)},
          {"grace_period_seconds", ms % 1000 == 0 ? json(ms / 1000) : json(static_cast<double>(ms) / 1000.0)}};
}

json connect_view(const ConnectAnswer& answer) {
  return {{"account_id", answer.account_id},
          {"status", answer.connected ? "ok" : "pending"},
          {"checkpoint", text_or_null(answer.checkpoint)},
          {"qr_code", text_or_null(answer.qr_code)},
          {"connected", answer.connected}};
}

json status_view(const Person& person, Connections& connections, const Tenants& tenants) {
  const ConnectionAnswer answer = connections.status(person.tenant);
  const auto tenant = tenants.get(person.tenant);
  json view = settings_view(*tenant);
  view["connected"] = answer.connected;
  view["status"] = answer.status;
  view["phone"] = text_or_null(tenant->connected_phone);
  return view;
}

json disconnect(const Person& person, Connections& connections) {
  connections.disconnect(person.tenant);
  return {{"connected", false}, {"status", "disconnected"}};
}

/// Empty: the body does not name it.
std::optional<AgentId> agent_of(const json& body) {
  const auto at = body.find("agent_id");
  if (at == body.end()) return std::nullopt;
  if (at->is_null()) return AgentId();
  if (!at->is_string()) throw bad_request(std::string("agent_id: expected a string or null, got ") + at->type_name());
  if (at->get_ref<const std::string&>().empty()) throw bad_request("agent_id: is none of this tenant's agents");
  return AgentId(at->get<std::string>());
}

std::optional<Duration> grace_of(const json& body) {
  const auto at = body.find("grace_period_seconds");
  if (at == body.end()) return std::nullopt;
  if (!at->is_number())
    throw bad_request(std::string("grace_period_seconds: expected a number, got ") + at->type_name());
  const double seconds = std::clamp(std::round(at->get<double>()), kGraceMin, kGraceMax);
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

json change_settings(const json& body, const Person& person, Tenants& tenants) {
  const auto agent = agent_of(body);
  const auto grace = grace_of(body);
  tenants.change(person.tenant, [&](TenantSettings& settings) {
    if (agent) settings.agent_id = *agent;
    if (grace) settings.grace_period = *grace;
  });
  return settings_view(*tenants.get(person.tenant));
}

/// Deliveries carry the secret that all tenants share: where they go is the operator's word, not a tenant's.
std::string target_url(const json& body, const WebhookTarget& target) {
  if (target.public_url.empty() && !target.any_address) {
    throw HttpError(409, "no_public_url",
                    "the configuration has no public_url: set it to where this server is reached");
  }
  if (!body.contains("url")) {
    if (target.public_url.empty()) throw bad_request("url: missing, and the configuration has no public_url");
    return target.public_url + kWebhookPath;
  }
  const std::string url = required_text_of(body, "url");
  const auto parsed = parse_webhook_url(url);
  if (!parsed) throw bad_request("url: expected http://host/path or https://host/path without credentials");
  if (!target.public_url.empty() && parsed->host != target.public_url) {
    throw bad_request("url: expected an address below the configured public_url");
  }
  return url;
}

json register_webhooks(const json& body, const Person& person, Connections& connections, const WebhookTarget& target) {
  const std::string url = target_url(body, target);
  if (target.secret.empty()) throw HttpError(409, "no_webhook_secret", "the configuration has no webhook_secret");
  json webhooks = json::array();
  for (const auto& webhook : connections.register_webhooks(person.tenant, url, target.secret)) {
    webhooks.push_back({{"source", webhook.source}, {"webhook_id", webhook.webhook_id}, {"request_url", url}});
  }
  return {{"webhooks", std::move(webhooks)}};
}

}  // namespace

void add_connection_routes(HttpServer& server, const Access& access, Connections& connections, Tenants& tenants,
                           const WebhookTarget& target) {
  server.Post("/api/whatsapp/connect", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.admin(in);
    (void)object_of_body(in);
    reply_json(out, connect_view(connections.connect(person.tenant)));
  });
  server.Get("/api/whatsapp/connection-status", [&](const httplib::Request& in, httplib::Response& out) {
    reply_json(out, status_view(access.reader(in), connections, tenants));
  });
  server.Post("/api/whatsapp/disconnect", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.admin(in);
    (void)object_of_body(in);
    reply_json(out, disconnect(person, connections));
  });
  server.Put("/api/whatsapp/config", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.admin(in);
    reply_json(out, change_settings(object_of_body(in), person, tenants));
  });
  server.Post("/api/whatsapp/register-webhook", [&, target](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.admin(in);
    reply_json(out, register_webhooks(object_of_body(in), person, connections, target));
  });
}

}  // namespace sessioncore::server
