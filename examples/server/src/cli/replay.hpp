/// `sessiond replay CHAT|--all`: decides everything in a log again and proves that it is the same (P8).
#pragma once

#include <string>

#include <sessioncore/ids.hpp>

namespace sessioncore::server {

struct ReplayOptions {
  std::string chat;  ///< as for `explain`
  bool all = false;
  TenantId tenant;  ///< empty: all
  bool show_text = false;
};

/// Returns the exit code: 4 if something differs. Throws if the database cannot be read.
[[nodiscard]] int replay(const std::string& database, const ReplayOptions& options);

}  // namespace sessioncore::server
