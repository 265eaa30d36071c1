#include "part_options.hpp"

#include "api/health_routes.hpp"
#include "config/provider_options.hpp"
#include "http/reply.hpp"
#include "log.hpp"
#include "random_ids.hpp"

#include <chrono>
#include <string>

#include <sodium.h>

namespace sessioncore::server {

namespace {

constexpr Duration kDrain = std::chrono::seconds(8);  // a container's supervisor kills after ten

/// 503 makes the provider try again.
Admit closed_until(const std::atomic<bool>& open) {
  return [&open](const httplib::Request& request) {
    if (open || request.path == kLivePath || request.path == kReadyPath) return;
    throw HttpError(503, "recovering", "the server is starting, try again");
  };
}

}  // namespace

HttpOptions http_options(const HttpConfig& config, Metrics& metrics, const std::atomic<bool>& open) {
  HttpOptions options;
  options.gate = closed_until(open);
  options.on_answered = [&metrics](const RequestReport& report) { metrics.http().answered(report); };
  options.connections_max = config.connections_max;
  options.waiting_max = config.waiting_max;
  options.body_bytes_max = config.body_bytes_max;
  options.connection.head_timeout = config.head_timeout;
  options.connection.body_timeout = config.body_timeout;
  options.connection.keep_alive = config.keep_alive;
  return options;
}

std::string advised(const Error& error) {
  if (error.code != ErrorCode::corrupt) return error.detail;
  return error.detail +
         "; it was changed by something else: `sessiond replay --all` lists what is damaged;"
         " restore the latest backup that it proves";
}

RuntimeOptions runtime_options(const Config& config, Metrics& metrics, Accounts& accounts) {
  RuntimeOptions options;
  options.queue_max = config.queue_max;
  options.engine.new_chat_id = random_chat_id;
  options.on_batch = [&metrics, &accounts](const BatchStats& batch) {
    metrics.stored(batch);
    accounts.stored(batch.ok);
  };
  options.on_error = [](const Error& error) {
    log::error("engine.failed", {{"code", std::string(to_string(error.code))}, {"detail", advised(error)}});
  };
  return options;
}

unipile::ChannelOptions channel_options(const UnipileConfig& config) {
  unipile::ChannelOptions options{client_options(config)};
  options.drain_timeout = kDrain;
  options.log = [](unipile::LogLevel level, const std::string& line) {
    if (level == unipile::LogLevel::debug || level == unipile::LogLevel::info)
      return log::debug("unipile", {{"what", line}});
    log::warn("unipile", {{"what", line}});
  };
  return options;
}

elevenlabs::Options connector_options(const ElevenLabsConfig& config, const Tenants& tenants) {
  elevenlabs::Options options = client_options(config);
  // Policies and the audit log know agents by the configuration's ids; only here do they become a provider's.
  options.service_agent_id = [&tenants](const AgentId& agent, const ChatFacts& chat) {
    const auto found = tenants.find_agent(chat.key.tenant, agent);
    return found == nullptr ? agent.value : found->elevenlabs_agent_id;
  };
  options.log = [](elevenlabs::LogLevel level, const std::string& line) {
    if (level == elevenlabs::LogLevel::warning) return log::warn("elevenlabs", {{"what", line}});
    log::debug("elevenlabs", {{"what", line}});
  };
  return options;
}

NotifierOptions notifier_options(const Tenants& tenants) {
  NotifierOptions options;
  options.receiver = [&tenants](const TenantId& id) {
    const auto tenant = tenants.find(id);
    return tenant == nullptr ? NotificationsConfig() : tenant->notifications;
  };
  options.random = [] { return randombytes_random() / 4294967296.0; };
  return options;
}

}  // namespace sessioncore::server
