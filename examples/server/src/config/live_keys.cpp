#include "config/live_keys.hpp"

#include "live/webhook_url.hpp"

namespace sessioncore::server {

namespace {

constexpr std::size_t kSecretBytesMin = 16;

std::uint32_t count_of(ObjectReader& reader, const std::string& key, std::uint32_t usual, std::uint64_t max) {
  return static_cast<std::uint32_t>(reader.number(key, usual, 1, max));
}

}  // namespace

void read_events(ObjectReader& reader, EventsConfig& events) {
  events.kept = count_of(reader, "kept", events.kept, 1'000'000);
  events.streams_max = count_of(reader, "streams_max", events.streams_max, 10'000);
  const std::uint32_t half = events.streams_max - events.streams_max / 2;
  events.streams_per_tenant_max = count_of(reader, "streams_per_tenant_max", half, 10'000);
  events.streams_per_user_max = count_of(reader, "streams_per_user_max", events.streams_per_user_max, 10'000);
  events.heartbeat = reader.seconds("heartbeat_seconds", events.heartbeat, Duration(100));
}

void read_notifications(ObjectReader& reader, NotificationsConfig& notifications) {
  notifications.url = reader.text("url", notifications.url);
  if (!notifications.url.empty() && !parse_webhook_url(notifications.url)) {
    reader.fail("url", "expected http://host/path or https://host/path without credentials");
  }
  if (reader.has("secret")) notifications.secret = reader.secret("secret");
  if (!notifications.url.empty() && notifications.secret.size() < kSecretBytesMin) {
    reader.fail("secret", "expected at least 16 bytes: receivers check the signature with it");
  }
  notifications.timeout = reader.seconds("timeout_seconds", notifications.timeout, Duration(100));
}

}  // namespace sessioncore::server
