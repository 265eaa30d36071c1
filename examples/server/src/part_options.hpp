/// What the configuration means for each part of the server, and what the parts tell of themselves.
///
/// What is passed by reference must outlive the part. Thread rule: pure functions; what they put into the options runs
/// in the parts' threads.
#pragma once

#include "accounts/accounts.hpp"
#include "config/config.hpp"
#include "http/server.hpp"
#include "live/notifier.hpp"
#include "metrics/metrics.hpp"
#include "tenants.hpp"

#include <atomic>
#include <string>

#include <sessioncore/elevenlabs/options.hpp>
#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/unipile/options.hpp>

namespace sessioncore::server {

/// An error's words, and what to do about it.
[[nodiscard]] std::string advised(const Error& error);
/// Until `open` only health checks are answered.
[[nodiscard]] HttpOptions http_options(const HttpConfig& config, Metrics& metrics, const std::atomic<bool>& open);
[[nodiscard]] RuntimeOptions runtime_options(const Config& config, Metrics& metrics, Accounts& accounts);
[[nodiscard]] unipile::ChannelOptions channel_options(const UnipileConfig& config);
[[nodiscard]] elevenlabs::Options connector_options(const ElevenLabsConfig& config, const Tenants& tenants);
[[nodiscard]] NotifierOptions notifier_options(const Tenants& tenants);

}  // namespace sessioncore::server
