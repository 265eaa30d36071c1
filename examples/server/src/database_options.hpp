/// How this server's connections to its database differ. Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::server {

/// For whoever stores messages: previews are as long as the most that any tenant shows.
[[nodiscard]] sqlite::Options store_options(const Config& config);
/// For the connections beside the engine's.
[[nodiscard]] sqlite::Options side_options();
/// For what is done again should a power failure lose it: nothing waits for the disk.
[[nodiscard]] sqlite::Options repeatable_options();
/// For whoever asks whether a commit would go through now: waits less than a commit would.
[[nodiscard]] sqlite::Options probe_options();

}  // namespace sessioncore::server
