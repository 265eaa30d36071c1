/// The providers as the adapters want to be told of them: what the configuration checks is what the server uses.
/// Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <sessioncore/elevenlabs/options.hpp>
#include <sessioncore/unipile/options.hpp>

namespace sessioncore::server {

[[nodiscard]] unipile::ClientOptions client_options(const UnipileConfig& config);
[[nodiscard]] elevenlabs::Options client_options(const ElevenLabsConfig& config);

}  // namespace sessioncore::server
