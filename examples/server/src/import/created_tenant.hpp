/// What is made of an old tenant that is none of ours (S5, S15.2). Thread rule: pure functions.
#pragma once

#include "import/documents.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server::importing {

struct CreatedTenant {
  sqlite::Tenant tenant;
  std::set<std::string> agents;    ///< ids of those that came along
  std::vector<std::string> notes;  ///< what was changed on the way
};

/// The tenant as it is created here: its old id stays its id, its agents and settings come along; its account only if
/// nobody here owns it.
[[nodiscard]] CreatedTenant created_tenant(const OldTenant& old, const std::vector<OldAgent>& agents,
                                           const std::optional<TenantId>& account_owner);

}  // namespace sessioncore::server::importing
