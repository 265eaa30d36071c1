/// What of an old tenant's settings (S5) comes into a tenant that is here already: as if its people had set it.
///
/// Thread rule: pure functions.
#pragma once

#include "config/config.hpp"
#include "import/documents.hpp"

#include <string>
#include <vector>

namespace sessioncore::server::importing {

struct TakenOver {
  std::string changes;  ///< for the database
  std::uint64_t imported = 0;
  std::uint64_t already_there = 0;
  std::vector<std::string> kept;  ///< settings of ours that were not touched, and why
  std::vector<std::string> notes;
};

/// `ours` with its `changes` applied. Numbers are added to the blacklist: whom the old system did not answer must not
/// be answered after the move. The grace period is taken unless ours was changed here; the agent if ours has none.
[[nodiscard]] TakenOver take_over(const TenantConfig& ours, const std::string& changes, const OldTenant& old,
                                  const std::vector<OldAgent>& agents);

/// S5 clamps it; says so in `notes`.
[[nodiscard]] std::int64_t clamped_grace(std::int64_t seconds, std::vector<std::string>& notes);

}  // namespace sessioncore::server::importing
