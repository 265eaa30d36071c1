#include "accounts/account_state.hpp"

#include <algorithm>
#include <cctype>

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

std::string in_capitals(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  return word;
}

}  // namespace

AccountState account_state(const TenantSettings& settings) {
  if (settings.unipile_account_id.empty()) return AccountState::removed;
  if (settings.unipile_account_status.empty()) return AccountState::connected;
  const auto status = unipile::account_status(in_capitals(settings.unipile_account_status));
  return unipile::connectivity(status) == unipile::Connectivity::connected ? AccountState::connected
                                                                           : AccountState::disconnected;
}

std::string status_word(unipile::AccountStatus status) {
  std::string word(unipile::to_string(status));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

}  // namespace sessioncore::server
