/// What the stored settings say about an account. Pure.
#pragma once

#include "config/config.hpp"

#include <string>

namespace sessioncore::unipile {
enum class AccountStatus;
}

namespace sessioncore::server {

/// The status while somebody still has to scan the QR code.
inline constexpr const char* kPending = "pending";

/// `removed`: the tenant has no account. A status that was never told counts as connected: the account stands in the
/// configuration, and a send will show it.
[[nodiscard]] AccountState account_state(const TenantSettings& settings);

/// As the settings keep it (S5): "ok", "credentials", ...
[[nodiscard]] std::string status_word(unipile::AccountStatus status);

}  // namespace sessioncore::server
