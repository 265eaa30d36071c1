#include "sessioncore/unipile/webhook.hpp"

#include <array>
#include <utility>

namespace sessioncore::unipile {
namespace {

constexpr std::array<std::pair<AccountStatus, std::string_view>, 10> kWords{
    {{AccountStatus::ok, "OK"},
     {AccountStatus::error, "ERROR"},
     {AccountStatus::stopped, "STOPPED"},
     {AccountStatus::credentials, "CREDENTIALS"},
     {AccountStatus::connecting, "CONNECTING"},
     {AccountStatus::permissions, "PERMISSIONS"},
     {AccountStatus::deleted, "DELETED"},
     {AccountStatus::creation_success, "CREATION_SUCCESS"},
     {AccountStatus::reconnected, "RECONNECTED"},
     {AccountStatus::sync_success, "SYNC_SUCCESS"}}};

}  // namespace

std::string_view to_string(AccountStatus status) {
  for (const auto& [value, word] : kWords) {
    if (value == status) return word;
  }
  return "OTHER";
}

AccountStatus account_status(std::string_view word) {
  for (const auto& [value, known] : kWords) {
    if (known == word) return value;
  }
  return AccountStatus::other;
}

Connectivity connectivity(AccountStatus status) {
  switch (status) {
    case AccountStatus::ok:
    case AccountStatus::reconnected: return Connectivity::connected;
    case AccountStatus::error:
    case AccountStatus::stopped:
    case AccountStatus::credentials:
    case AccountStatus::permissions:
    case AccountStatus::deleted: return Connectivity::disconnected;
    // CREATION_SUCCESS comes before OK, and only OK means that messages can go out.
    case AccountStatus::creation_success:
    case AccountStatus::connecting:
    case AccountStatus::sync_success:
    case AccountStatus::other: return Connectivity::unchanged;
  }
  return Connectivity::unchanged;
}

}  // namespace sessioncore::unipile
