#include "config/config.hpp"

#include "config/live_keys.hpp"
#include "config/people.hpp"
#include "config/provider_options.hpp"
#include "config/reader.hpp"
#include "config/tenant_reader.hpp"
#include "http/client_address.hpp"
#include "live/webhook_url.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

constexpr std::size_t kJwtSecretBytesMin = 32;
constexpr std::size_t kMetricsTokenBytesMin = 16;
constexpr std::uint64_t kReconcileMaxHours = 48;
constexpr std::uint64_t kReconcileHoursLimit = 24 * 31;

void read_listen(ObjectReader& reader, ListenConfig& listen) {
  listen.host = reader.text("host", listen.host);
  listen.port = static_cast<int>(reader.number("port", static_cast<std::uint64_t>(listen.port), 0, 65535));
}

void read_http(ObjectReader& reader, HttpConfig& http) {
  http.connections_max = static_cast<std::uint32_t>(reader.number("connections_max", http.connections_max, 1, 10'000));
  http.waiting_max = static_cast<std::uint32_t>(reader.number("waiting_max", http.waiting_max, 0, 10'000));
  http.body_bytes_max = reader.number("body_bytes_max", http.body_bytes_max, 1024, 64ULL * 1024 * 1024);
  http.head_timeout = reader.seconds("head_timeout_seconds", http.head_timeout, Duration(100));
  http.body_timeout = reader.seconds("body_timeout_seconds", http.body_timeout, Duration(100));
  http.keep_alive = reader.seconds("keep_alive_seconds", http.keep_alive);
  http.trusted_proxies = reader.texts("trusted_proxies");
  for (const std::string& proxy : http.trusted_proxies) {
    if (!is_ip_address(proxy)) reader.fail("trusted_proxies", "holds a text that is no IP address");
  }
}

/// The HTTP library takes blanks off the ends of a header's value and decodes %41 and %u0041 inside: a secret with such
/// parts would never be the one that was sent.
bool passes_through_a_header(const std::string& secret) {
  const auto is_hex = [&](std::size_t at, std::size_t count) {
    if (at + count > secret.size()) return false;
    const auto begin = secret.begin() + static_cast<std::ptrdiff_t>(at);
    return std::all_of(begin, begin + static_cast<std::ptrdiff_t>(count),
                       [](unsigned char c) { return std::isxdigit(c) != 0; });
  };
  for (std::size_t at = 0; at < secret.size(); ++at) {
    if (secret[at] < ' ' || secret[at] > '~') return false;
    if (secret[at] == '%' && (is_hex(at + 1, 2) || (secret.substr(at + 1, 1) == "u" && is_hex(at + 2, 4))))
      return false;
  }
  return secret.empty() || (secret.front() != ' ' && secret.back() != ' ');
}

std::string read_header_secret(ObjectReader& reader, const std::string& key) {
  std::string secret = reader.secret(key);
  if (!passes_through_a_header(secret)) {
    reader.fail(key, "comes in an HTTP header: expected printable ASCII without a blank at either end and without %hh");
  }
  return secret;
}

void read_metrics(ObjectReader& reader, MetricsConfig& metrics) {
  if (!reader.has("token")) return;
  metrics.token = read_header_secret(reader, "token");
  if (metrics.token.size() < kMetricsTokenBytesMin) reader.fail("token", "expected at least 16 bytes");
}

/// What the adapters would refuse at the start.
void check_unipile(const ObjectReader& reader, const UnipileConfig& config) {
  const auto usable = unipile::check(client_options(config));
  if (!usable) throw ConfigError(reader.path_of(usable.error().detail));
}

void check_elevenlabs(const ElevenLabsConfig& config) {
  const auto usable = elevenlabs::check(client_options(config));
  if (!usable) throw ConfigError(usable.error().detail);
}

void read_unipile(ObjectReader& reader, UnipileConfig& unipile, bool development) {
  unipile.base_url = reader.required_text("base_url");
  unipile.api_key = reader.secret("api_key");
  if (unipile.api_key.empty()) reader.fail("api_key", "missing");
  unipile.webhook_secret = read_header_secret(reader, "webhook_secret");
  if (unipile.webhook_secret.empty() && !development) {
    reader.fail("webhook_secret", "missing; without it anybody could deliver messages (only development may)");
  }
  unipile.account_poll = reader.seconds("account_poll_seconds", unipile.account_poll, Duration(100));
  const auto hours = reader.number("reconcile_max_hours", kReconcileMaxHours, 0, kReconcileHoursLimit);
  unipile.reconcile_max = std::chrono::hours(hours);
  unipile.reconcile_wait = reader.seconds("reconcile_wait_seconds", unipile.reconcile_wait);
  unipile.reconcile_every = reader.seconds("reconcile_every_seconds", unipile.reconcile_every);
  unipile.ca_file = reader.file("ca_file");
  unipile.proxy = reader.secret("proxy");
  check_unipile(reader, unipile);
}

void read_elevenlabs(ObjectReader& reader, ElevenLabsConfig& elevenlabs) {
  elevenlabs.base_url = reader.text("base_url", elevenlabs.base_url);
  elevenlabs.api_key = reader.secret("api_key");
  if (elevenlabs.api_key.empty()) reader.fail("api_key", "missing");
  elevenlabs.text_only_override = reader.flag("text_only_override", elevenlabs.text_only_override);
  elevenlabs.webhook_secret = reader.secret("webhook_secret");
  elevenlabs.webhook_bytes_max =
      reader.number("webhook_bytes_max", elevenlabs.webhook_bytes_max, 1024, 256ULL * 1024 * 1024);
  elevenlabs.webhook_past_tolerance =
      reader.seconds("webhook_past_tolerance_seconds", elevenlabs.webhook_past_tolerance);
  elevenlabs.webhook_future_tolerance =
      reader.seconds("webhook_future_tolerance_seconds", elevenlabs.webhook_future_tolerance);
  elevenlabs.ca_file = reader.file("ca_file");
  elevenlabs.proxy = reader.secret("proxy");
  check_elevenlabs(elevenlabs);
}

/// Paths are put behind it.
std::string read_public_url(ObjectReader& reader) {
  std::string url = reader.text("public_url", "");
  const auto parsed = parse_webhook_url(url);
  const bool bare = parsed && parsed->host == url;
  if (!url.empty() && !bare) reader.fail("public_url", "expected http://host[:port] or https://host[:port]");
  return url;
}

void read_tenants(ObjectReader& reader, Config& config) {
  std::set<TenantId> ids;
  std::set<std::string> accounts;
  reader.each("tenants", [&](ObjectReader& tenant) {
    config.tenants.push_back(read_named_tenant(tenant, config.tenant_defaults));
    const TenantConfig& read = config.tenants.back();
    if (!ids.insert(read.id).second) tenant.fail("id", "is used twice");
    if (!read.unipile_account_id.empty() && !accounts.insert(read.unipile_account_id).second) {
      tenant.fail("unipile_account_id", "is used by two tenants");
    }
  });
}

void read_users(ObjectReader& reader, Config& config) {
  std::set<UserId> people;
  reader.each("users", [&](ObjectReader& user) {
    UserConfig read;
    read.email = user.required_text("email");
    if (!is_email(read.email)) user.fail("email", "expected an e-mail address");
    if (!people.insert(user_id_of(read.email)).second) user.fail("email", "is used twice");
    read.password = user.secret("password");
    if (read.password.empty()) user.fail("password", "missing");
    read.name = user.text("name", read.email);
    read.role = user.choice("role", kOperator, roles());
    read.tenant = TenantId(user.required_text("tenant"));
    const bool known = std::any_of(config.tenants.begin(), config.tenants.end(),
                                   [&](const TenantConfig& tenant) { return tenant.id == read.tenant; });
    if (!known) user.fail("tenant", "is none of the tenants");
    config.users.push_back(std::move(read));
  });
}

Config read_all(ObjectReader& reader) {
  Config config;
  config.development = reader.flag("development", false);
  reader.object("listen", [&](ObjectReader& part) { read_listen(part, config.listen); });
  reader.object("http", [&](ObjectReader& part) { read_http(part, config.http); });
  config.public_url = read_public_url(reader);
  reader.object("metrics", [&](ObjectReader& part) { read_metrics(part, config.metrics); });
  config.database = reader.required_text("database");
  config.jwt_secret = reader.secret("jwt_secret");
  if (config.jwt_secret.size() < kJwtSecretBytesMin) reader.fail("jwt_secret", "expected at least 32 bytes");
  config.token_lifetime = reader.seconds("token_lifetime_seconds", config.token_lifetime, std::chrono::seconds(1));
  config.session_lifetime =
      reader.seconds("session_lifetime_seconds", config.session_lifetime, std::chrono::seconds(1));
  config.queue_max = static_cast<std::uint32_t>(reader.number("queue_max", config.queue_max, 1, 1'000'000));
  config.log_level = reader.choice("log_level", config.log_level, {"debug", "info", "warn", "error", "off"});
  reader.object("unipile", [&](ObjectReader& part) { read_unipile(part, config.unipile, config.development); });
  reader.object("elevenlabs", [&](ObjectReader& part) { read_elevenlabs(part, config.elevenlabs); });
  reader.object("events", [&](ObjectReader& part) { read_events(part, config.events); });
  reader.object("notifications",
                [&](ObjectReader& part) { read_notifications(part, config.tenant_defaults.notifications); });
  reader.object("policy", [&](ObjectReader& part) { read_tenant_policy(part, config.tenant_defaults); });
  read_tenants(reader, config);
  read_users(reader, config);
  reader.finish();
  return config;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Config parse_config(const std::string& text, const std::string& folder, const Environment& environment) {
  // A byte offset says where, and unlike the parser's own message it cannot quote a secret.
  nlohmann::json document;
  try {
    document = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw ConfigError("not JSON: problem at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {
    throw ConfigError("not JSON: a number is out of range");
  }
  std::vector<std::string> plain_secrets;
  const ReaderContext context{folder, environment, &plain_secrets};
  ObjectReader reader(document, "", context);
  Config config = read_all(reader);
  config.plain_secrets = std::move(plain_secrets);
  return config;
}

Config load_config(const std::string& path, const Environment& environment) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ConfigError("cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  try {
    return parse_config(text, std::filesystem::path(path).parent_path().string(), environment);
  } catch (const ConfigError& error) {
    throw ConfigError(path + ": " + error.what());
  }
}

}  // namespace sessioncore::server
