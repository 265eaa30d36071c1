/// How to reach Unipile. Thread rule: plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::unipile {

enum class LogLevel { debug, info, warning, error };
/// Called from the adapter's threads; must not throw. Lines hold neither message texts nor secrets. May be empty.
using Log = std::function<void(LogLevel level, const std::string& line)>;

struct ClientOptions {
  std::string base_url;  ///< `http://` or `https://`, host, optional port; no path: the adapter adds `/api/v1/…`
  std::string api_key;   ///< sent as X-API-KEY
  std::string ca_file;   ///< PEM file with the trusted authorities; empty: those of the system. Always verified.
  std::string proxy;     ///< `http://[user:password@]host[:port]`, passed with `CONNECT` to a service on https
  Duration connect_timeout{5000};           ///< also bounds each step of the TLS handshake
  Duration read_timeout{20000};             ///< without a byte of the answer
  Duration write_timeout{10000};            ///< without room for a byte of the request
  Duration total_timeout{30000};            ///< for the whole exchange, however slowly it drips
  std::size_t answer_bytes_max = 1U << 20;  ///< longer answers are cut off
  Log log;
};

struct ChannelOptions : ClientOptions {
  std::size_t workers = 64;          ///< requests at the same time; a thread for each, started when first needed
  std::size_t account_workers = 16;  ///< of these, requests of one account: the rest is for the others
  std::size_t queue_max = 1024;      ///< waiting jobs of one account; when full, a send fails at once as retryable
  Duration drain_timeout{2000};      ///< how long `stop()` lets requests in flight finish
};

/// `invalid_argument` names the first option that cannot work, such as "base_url: must have no path".
[[nodiscard]] Result<void> check(const ClientOptions& options);
[[nodiscard]] Result<void> check(const ChannelOptions& options);

}  // namespace sessioncore::unipile
