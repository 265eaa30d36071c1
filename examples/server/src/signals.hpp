/// The signals that the server waits for instead of being interrupted by them. Thread rule: block them before there are
/// other threads; one thread waits.
#pragma once

#include <chrono>
#include <csignal>

namespace sessioncore::server {

/// Threads inherit the mask, so that the signals reach nobody but who waits for them. Until then they are kept.
sigset_t block_signals();
/// Zero if none came in time.
[[nodiscard]] int wait_for_signal(const sigset_t& signals, std::chrono::seconds within);

}  // namespace sessioncore::server
