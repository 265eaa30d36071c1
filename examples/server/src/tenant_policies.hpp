/// The policies of one tenant's chats: the configured one, with each verdict about a chat that a policy can carry.
///
/// Made once for each state of the tenant, so that a chat gets the same pointer while nothing has changed.
/// Thread rule: immutable.
#pragma once

#include "config/config.hpp"

#include <array>
#include <memory>
#include <set>
#include <string>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

class TenantPolicies {
 public:
  /// Keeps the pointers of `former` (null: none) whose values are still right.
  TenantPolicies(const TenantConfig& tenant, const TenantPolicies* former);

  /// `catching_up`: what the account has missed is still to come.
  [[nodiscard]] std::shared_ptr<const Policy> of(const ChatFacts& chat, bool catching_up) const;

 private:
  /// Everything about one chat that its policy depends on. A new verdict is a field here, a factor of `kVariants`, a
  /// digit of `index_of`, a line of `variant` and one of `verdicts_on`.
  struct Verdicts {
    bool blacklisted = false;
    AccountState account = AccountState::connected;
  };
  static constexpr std::size_t kAccountStates = 4;
  static constexpr std::size_t kVariants = 2 * kAccountStates;
  [[nodiscard]] static std::size_t index_of(const Verdicts& verdicts);
  [[nodiscard]] static Verdicts verdicts_at(std::size_t index);
  [[nodiscard]] static Policy variant(Policy usual, const Verdicts& verdicts);
  [[nodiscard]] Verdicts verdicts_on(const ChatFacts& chat, bool catching_up) const;
  [[nodiscard]] AccountState account_state_of(const ChatFacts& chat, bool catching_up) const;

  std::set<std::string> blacklist_;
  AccountId account_;
  AccountState account_state_;
  std::array<std::shared_ptr<const Policy>, kVariants> variants_;
};

}  // namespace sessioncore::server
