/// How this server's connections to its database differ. Thread rule: pure functions.
#pragma once

#include "config/config.hpp"

#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::server {

/// The longest preview that a tenant shows of a message: it is cut when the message is stored.
[[nodiscard]] std::uint32_t longest_preview(const Config& config);

/// For whoever stores messages.
[[nodiscard]] sqlite::Options store_options(const Config& config);
/// For the connections beside the engine's.
[[nodiscard]] sqlite::Options side_options();
/// For what is done again should a power failure lose it: nothing waits for the disk.
[[nodiscard]] sqlite::Options repeatable_options();
/// For whoever asks whether a commit would go through now: waits less than a commit would.
[[nodiscard]] sqlite::Options probe_options();

}  // namespace sessioncore::server
