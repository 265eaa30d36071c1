/// The signals that the server waits for instead of being interrupted by them. Thread rule: call it before there are
/// other threads.
#pragma once

#include <csignal>

namespace sessioncore::server {

/// Threads inherit the mask, so that the signals reach nobody but who waits for them. Until then they are kept.
sigset_t block_signals();

}  // namespace sessioncore::server
