#include "database_options.hpp"

#include <algorithm>
#include <chrono>

namespace sessioncore::server {

namespace {

constexpr std::size_t kSideCacheKib = 4 * 1024;

}  // namespace

std::uint32_t longest_preview(const Config& config) {
  std::uint32_t chars = config.tenant_defaults.message_preview_chars;
  for (const TenantConfig& tenant : config.tenants) chars = std::max(chars, tenant.message_preview_chars);
  return chars;
}

sqlite::Options store_options(const Config& config) {
  sqlite::Options options;
  options.preview_chars = std::max<std::size_t>(options.preview_chars, longest_preview(config));
  return options;
}

sqlite::Options side_options() {
  sqlite::Options options;
  options.cache_kib = kSideCacheKib;
  return options;
}

sqlite::Options repeatable_options() {
  sqlite::Options options = side_options();
  options.synchronous = sqlite::Synchronous::normal;
  return options;
}

sqlite::Options probe_options() {
  sqlite::Options options;
  options.busy_timeout = std::chrono::seconds(1);
  return options;
}

}  // namespace sessioncore::server
