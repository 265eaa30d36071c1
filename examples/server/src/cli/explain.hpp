/// `sessiond explain CHAT`: what was decided in a chat, and why, in words.
#pragma once

#include <cstdint>
#include <string>

#include <sessioncore/ids.hpp>

namespace sessioncore::server {

struct ExplainOptions {
  std::string chat;        ///< id, channel's id or phone number
  TenantId tenant;         ///< empty: all
  std::uint64_t last = 0;  ///< decisions to show; 0: all
  bool as_json = false;
};

/// Returns the exit code; throws if the database cannot be read.
[[nodiscard]] int explain(const std::string& database, const ExplainOptions& options);

}  // namespace sessioncore::server
