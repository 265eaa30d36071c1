/// Where a new password comes from: never from the command line, which other users of the machine can read.
///
/// Thread rule: the main thread.
#pragma once

#include <string>

namespace sessioncore::server::cli {

/// From the file; without one asked for twice on a terminal, otherwise the first line of standard input.
/// Throws `ConfigError` for a password of less than 8 or more than 1024 bytes, and for a file that cannot be read.
[[nodiscard]] std::string read_new_password(const std::string& file);

}  // namespace sessioncore::server::cli
