#include "sessioncore/unipile/options.hpp"

#include "../../shared/ca_file.hpp"
#include "../../shared/http_address.hpp"
#include "header_value.hpp"

#include <utility>

namespace sessioncore::unipile {
namespace {

Error refuse(std::string detail) {
  return {ErrorCode::invalid_argument, std::move(detail)};
}

Result<void> check_durations(const ClientOptions& options) {
  const std::pair<const char*, Duration> durations[] = {{"connect_timeout", options.connect_timeout},
                                                        {"read_timeout", options.read_timeout},
                                                        {"write_timeout", options.write_timeout},
                                                        {"total_timeout", options.total_timeout}};
  for (const auto& [name, value] : durations) {
    if (value <= Duration::zero()) return refuse(std::string(name) + ": must be more than 0");
  }
  return {};
}

}  // namespace

Result<void> check(const ClientOptions& options) {
  const auto address = adapters::parse_http_address(options.base_url);
  if (!address) return refuse("base_url: " + address.error().detail);
  if (options.api_key.empty()) return refuse("api_key: empty");
  if (!transport::is_header_value(options.api_key)) return refuse("api_key: holds control characters");
  if (!options.ca_file.empty() && !adapters::holds_certificates(options.ca_file)) {
    return refuse("ca_file: cannot be read as certificates");
  }
  if (!options.proxy.empty()) {
    const auto proxy = adapters::parse_http_proxy(options.proxy);
    if (!proxy) return refuse("proxy: " + proxy.error().detail);
  }
  if (options.answer_bytes_max == 0) return refuse("answer_bytes_max: must be more than 0");
  return check_durations(options);
}

Result<void> check(const ChannelOptions& options) {
  if (auto base = check(static_cast<const ClientOptions&>(options)); !base) return base;
  constexpr std::size_t kMostWorkers = 64;
  if (options.workers == 0 || options.workers > kMostWorkers) return refuse("workers: must be 1 to 64");
  if (options.account_workers == 0) return refuse("account_workers: must be more than 0");
  if (options.queue_max == 0) return refuse("queue_max: must be more than 0");
  if (options.drain_timeout < Duration::zero()) return refuse("drain_timeout: must not be negative");
  return {};
}

}  // namespace sessioncore::unipile
