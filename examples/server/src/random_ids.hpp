/// Ids that nobody else has. Thread rule: any thread, once libsodium is ready.
#pragma once

#include <string>

#include <sessioncore/ids.hpp>

namespace sessioncore::server {

/// 24 hexadecimal digits, as the ids of the systems this API is compatible with.
[[nodiscard]] ChatId random_chat_id();
/// Tells this run of the server from all others.
[[nodiscard]] std::string random_run();

}  // namespace sessioncore::server
