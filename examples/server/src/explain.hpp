/// `sessiond explain CHAT`: what was decided in a chat, and why, in words.
#pragma once

#include "config/config.hpp"

#include <string>

namespace sessioncore::server {

/// `chat` is the chat's id in the API or at the provider. Returns the exit code; throws if the database cannot be read.
[[nodiscard]] int explain(const Config& config, const std::string& chat);

}  // namespace sessioncore::server
