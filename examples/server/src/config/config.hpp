/// What `sessiond` was told by its configuration file and its environment.
///
/// Durations in the file are numbers of seconds, fractions allowed. Each scalar outside of lists can be overridden by
/// an environment variable, see `config/reader.hpp`. Thread rule: immutable once loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sessioncore/core/policy.hpp>

namespace sessioncore::server {

struct ListenConfig {
  std::string host = "127.0.0.1";
  int port = 8080;  ///< 0: any free port
};

struct HttpConfig {
  std::uint32_t connections_max = 256;  ///< served at the same time, one thread each
  std::uint32_t waiting_max = 256;      ///< accepted and waiting for a thread; more are told 503
  std::uint64_t body_bytes_max = 1024ULL * 1024;
  Duration head_timeout = std::chrono::seconds(10);  ///< for request line and headers together
  Duration body_timeout = std::chrono::seconds(20);
  Duration keep_alive = std::chrono::seconds(60);  ///< how long an idle connection is kept
  std::vector<std::string> trusted_proxies;        ///< whose word counts for where a request comes from
};

struct UnipileConfig {
  std::string base_url;
  std::string api_key;
  std::string ca_file;                                  ///< trusted in place of the system's; empty: the system's
  std::string proxy;                                    ///< empty: none; may hold a password
  std::string webhook_secret;                           ///< empty only in development: then deliveries are not checked
  Duration account_poll = std::chrono::seconds(30);     ///< how often the state of a disconnected account is asked for
  Duration reconcile_max = std::chrono::hours(48);      ///< how far back missed messages are looked for; 0: not at all
  Duration reconcile_wait = std::chrono::seconds(15);   ///< how long an account says nothing for that
  Duration reconcile_every = std::chrono::minutes(10);  ///< how often that is done while all seems well; 0: never
};

struct ElevenLabsConfig {
  std::string base_url = "https://api.elevenlabs.io";
  std::string api_key;
  std::string ca_file;              ///< trusted besides the system's
  std::string proxy;                ///< empty: none; may hold a password
  bool text_only_override = false;  ///< an agent refuses it unless its settings allow it
  std::string webhook_secret;       ///< empty: reports after conversations are not taken, except in development
  std::uint64_t webhook_bytes_max = 16ULL * 1024 * 1024;
  Duration webhook_past_tolerance = std::chrono::minutes(30);  ///< of the time in a signature
  Duration webhook_future_tolerance = std::chrono::minutes(5);
};

struct MetricsConfig {
  std::string token;  ///< empty: only this machine may read them
};

/// Live updates, `GET /api/whatsapp/events`.
struct EventsConfig {
  std::uint32_t kept = 10'000;     ///< latest events of all tenants, for clients that come back
  std::uint32_t streams_max = 64;  ///< open at the same time; more are told 503
  std::uint32_t streams_per_tenant_max = 32;
  std::uint32_t streams_per_user_max = 8;
  Duration heartbeat = std::chrono::seconds(15);
};

/// Where notifications go.
struct NotificationsConfig {
  std::string url;  ///< empty: nowhere; they can be listed all the same
  std::string secret;
  Duration timeout = std::chrono::seconds(10);
  friend bool operator==(const NotificationsConfig&, const NotificationsConfig&) = default;
};

struct AgentConfig {
  AgentId id;
  std::string name;
  std::string elevenlabs_agent_id;
  bool active = true;
  friend bool operator==(const AgentConfig&, const AgentConfig&) = default;
};

/// What the API may change of a tenant while the server runs (S5). See ADR 0121 for whose word counts.
struct TenantSettings {
  std::string unipile_account_id;      ///< empty: no account connected
  std::string unipile_account_status;  ///< "ok", "pending", "error", "credentials", ...; empty: not known
  std::optional<Instant> connected_at;
  std::string connected_phone;
  std::optional<Instant> reconciled_until;  ///< messages missed before this have been looked for
  bool switched_off = false;                ///< an account without the feature: what comes meanwhile is discarded
  std::optional<Instant> switched_on_at;    ///< when it last got the feature back: nothing older was missed
  AgentId agent_id;                         ///< the agent that answers; empty: none
  Duration grace_period = Policy().grace_period;
  std::vector<std::string> blacklisted_numbers;  ///< normalised

  friend bool operator==(const TenantSettings&, const TenantSettings&) = default;
};

/// A tenant: its settings, and what describes it.
struct TenantConfig : TenantSettings {
  TenantId id;
  std::string name;
  std::vector<std::string> features;
  std::vector<AgentConfig> agents;
  std::uint32_t message_preview_chars = 100;
  NotificationsConfig notifications;  ///< the file's with the tenant's own keys over it
  /// The file's policy with the tenant's own keys over it. For the grace period the settings count.
  Policy policy;

  friend bool operator==(const TenantConfig&, const TenantConfig&) = default;
};

struct UserConfig {
  std::string email;
  std::string password;
  std::string name;
  std::string role;
  TenantId tenant;
};

struct Config {
  ListenConfig listen;
  HttpConfig http;
  std::string public_url;  ///< where the outside reaches this server, without a path; empty: not known
  MetricsConfig metrics;
  std::string database;
  std::string jwt_secret;
  Duration token_lifetime = std::chrono::hours(12);
  Duration session_lifetime = std::chrono::hours(24 * 30);  ///< how long one log-in can be refreshed
  std::uint32_t queue_max = 10'000;                         ///< inputs waiting for the engine; more are told 503
  std::string log_level = "info";
  bool development = false;  ///< relaxes what must not be relaxed in production
  UnipileConfig unipile;
  ElevenLabsConfig elevenlabs;
  TenantConfig tenant_defaults;  ///< the file's policy, for tenants that are not in the file
  EventsConfig events;
  std::vector<TenantConfig> tenants;
  std::vector<UserConfig> users;
  std::vector<std::string> plain_secrets;  ///< keys whose secret stands in the file itself
};

/// The message names the key, as in `tenants[0].policy.grace_period_seconds: ...`, and never quotes a secret.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Returns the value of an environment variable, or nothing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] Environment process_environment();

/// Reads and checks everything; throws `ConfigError`. `text` is the file's content, `folder` the one it lies in:
/// references to secret files are relative to it.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& folder, const Environment& environment);
[[nodiscard]] Config load_config(const std::string& path, const Environment& environment);

}  // namespace sessioncore::server
