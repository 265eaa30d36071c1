#include "reload.hpp"

#include "accounts/feature_switch.hpp"
#include "database_options.hpp"
#include "log.hpp"

#include <algorithm>
#include <exception>
#include <iterator>

namespace sessioncore::server {

namespace {

struct FixedKey {
  const char* name;
  bool (*same)(const Config&, const Config&);
};

#define SAME(member) [](const Config& a, const Config& b) { return a.member == b.member; }

constexpr FixedKey kFixed[] = {
    {"listen.host", SAME(listen.host)},
    {"listen.port", SAME(listen.port)},
    {"http.connections_max", SAME(http.connections_max)},
    {"http.waiting_max", SAME(http.waiting_max)},
    {"http.body_bytes_max", SAME(http.body_bytes_max)},
    {"http.head_timeout_seconds", SAME(http.head_timeout)},
    {"http.body_timeout_seconds", SAME(http.body_timeout)},
    {"http.keep_alive_seconds", SAME(http.keep_alive)},
    {"http.trusted_proxies", SAME(http.trusted_proxies)},
    {"public_url", SAME(public_url)},
    {"database", SAME(database)},
    {"jwt_secret", SAME(jwt_secret)},
    {"queue_max", SAME(queue_max)},
    {"development", SAME(development)},
    {"unipile.base_url", SAME(unipile.base_url)},
    {"unipile.api_key", SAME(unipile.api_key)},
    {"unipile.ca_file", SAME(unipile.ca_file)},
    {"unipile.proxy", SAME(unipile.proxy)},
    {"unipile.webhook_secret", SAME(unipile.webhook_secret)},
    {"unipile.account_poll_seconds", SAME(unipile.account_poll)},
    {"unipile.reconcile_max_hours", SAME(unipile.reconcile_max)},
    {"unipile.reconcile_wait_seconds", SAME(unipile.reconcile_wait)},
    {"unipile.reconcile_every_seconds", SAME(unipile.reconcile_every)},
    {"elevenlabs.base_url", SAME(elevenlabs.base_url)},
    {"elevenlabs.api_key", SAME(elevenlabs.api_key)},
    {"elevenlabs.ca_file", SAME(elevenlabs.ca_file)},
    {"elevenlabs.proxy", SAME(elevenlabs.proxy)},
    {"elevenlabs.text_only_override", SAME(elevenlabs.text_only_override)},
    {"elevenlabs.webhook_secret", SAME(elevenlabs.webhook_secret)},
    {"elevenlabs.webhook_bytes_max", SAME(elevenlabs.webhook_bytes_max)},
    {"elevenlabs.webhook_past_tolerance_seconds", SAME(elevenlabs.webhook_past_tolerance)},
    {"elevenlabs.webhook_future_tolerance_seconds", SAME(elevenlabs.webhook_future_tolerance)},
    {"metrics.token", SAME(metrics.token)},
    {"events.kept", SAME(events.kept)},
    {"events.streams_max", SAME(events.streams_max)},
    {"events.streams_per_tenant_max", SAME(events.streams_per_tenant_max)},
    {"events.streams_per_user_max", SAME(events.streams_per_user_max)},
    {"events.heartbeat_seconds", SAME(events.heartbeat)},
    {"policy.message_preview_chars",
     [](const Config& a, const Config& b) { return longest_preview(a) >= longest_preview(b); }},
};

#undef SAME

}  // namespace

std::vector<std::string> keys_that_need_a_restart(const Config& running, const Config& now) {
  std::vector<std::string> names;
  for (const FixedKey& key : kFixed) {
    if (!key.same(running, now)) names.emplace_back(key.name);
  }
  return names;
}

void Reload::run() {
  try {
    take(load_());
  } catch (const std::exception& error) {
    log::error("reload.refused", {{"problem", error.what()}});
  }
}

/// What can fail comes first.
void Reload::take(const Config& config) {
  const Listed before = listed();
  tenants_.load(config);
  note_switches(tenants_, clock_.now());
  note_changes(before);
  users_.create_absent(config, clock_.now());
  tokens_.set_lifetimes(config.token_lifetime, config.session_lifetime);
  log::set_up(config.log_level);
  for (const std::string& key : keys_that_need_a_restart(running_, config)) {
    log::warn("reload.needs_restart", {{"key", key}});
  }
  tell_chats();
  log::info("reloaded", {{"tenants", std::to_string(tenants_.all().size())}});
}

Reload::Listed Reload::listed() const {
  Listed all;
  for (const auto& tenant : tenants_.all()) {
    for (const std::string& number : tenant->blacklisted_numbers) all.emplace(tenant->id, number);
  }
  return all;
}

void Reload::note_changes(const Listed& before) {
  const Listed now = listed();
  std::set_symmetric_difference(before.begin(), before.end(), now.begin(), now.end(),
                                std::inserter(untold_, untold_.end()));
}

/// Those that could not be told are tried again with the next look.
void Reload::tell_chats() {
  while (!untold_.empty()) {
    const auto& [tenant, number] = *untold_.begin();
    try {
      blacklist_.tell_chats(tenant, number);
    } catch (const std::exception&) {
      return;  // it is in the log
    }
    untold_.erase(untold_.begin());
  }
}

void Reload::look_for_tenants() {
  try {
    const Listed before = listed();
    if (tenants_.refresh()) {
      note_changes(before);
      log::info("tenants.changed", {{"tenants", std::to_string(tenants_.all().size())}});
    }
    note_switches(tenants_, clock_.now());
    tell_chats();
    problem_.clear();
  } catch (const std::exception& error) {
    if (problem_ != error.what()) log::error("tenants.refused", {{"problem", error.what()}});
    problem_ = error.what();
  }
}

}  // namespace sessioncore::server
