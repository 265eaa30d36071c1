/// A decision of the audit log as the API shows it. Pure.
#pragma once

#include <cstdint>

#include <nlohmann/json_fwd.hpp>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

/// `index` counts the chat's decisions from 0.
[[nodiscard]] nlohmann::json view_of_decision(const ChatId& chat, std::uint64_t index, const Decision& decision);

/// A few lines in words, for `sessiond explain`: what happened, what was decided by which rows, what follows.
[[nodiscard]] std::string explained(const Decision& decision);

}  // namespace sessioncore::server
