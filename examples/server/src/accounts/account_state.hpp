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

/// What chats may count on: an account that is back still counts as disconnected until what was missed meanwhile is
/// read, so that nothing goes out past an answer that somebody gave on the phone (ADR 0143).
[[nodiscard]] AccountState sending_state(const TenantSettings& settings);

/// As the settings keep it (S5): "ok", "credentials", ...
[[nodiscard]] std::string status_word(unipile::AccountStatus status);

}  // namespace sessioncore::server
