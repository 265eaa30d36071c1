#include "tenant_policies.hpp"

#include "accounts/account_state.hpp"
#include "tenants.hpp"

#include <algorithm>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server {

namespace {

Policy usual_policy(const TenantConfig& tenant) {
  Policy policy = tenant.policy;
  policy.grace_period = tenant.grace_period;
  const bool can_answer = std::any_of(tenant.agents.begin(), tenant.agents.end(), [&](const AgentConfig& agent) {
    return agent.id == tenant.agent_id && agent.active;
  });
  // Without the feature nobody answers, whatever was open when it was taken away.
  const bool allowed = Tenants::has_feature(tenant, kWhatsAppFeature);
  policy.agent = allowed && can_answer ? std::optional(tenant.agent_id) : std::nullopt;
  return policy;
}

}  // namespace

TenantPolicies::TenantPolicies(const TenantConfig& tenant, const TenantPolicies* former)
    : blacklist_(tenant.blacklisted_numbers.begin(), tenant.blacklisted_numbers.end()),
      account_(tenant.unipile_account_id),
      account_state_(account_state(tenant)) {
  const Policy usual = usual_policy(tenant);
  for (std::size_t index = 0; index < kVariants; ++index) {
    const Policy policy = variant(usual, verdicts_at(index));
    const bool same = former != nullptr && *former->variants_[index] == policy;
    variants_[index] = same ? former->variants_[index] : std::make_shared<const Policy>(policy);
  }
}

std::size_t TenantPolicies::index_of(const Verdicts& verdicts) {
  return (verdicts.blacklisted ? 1 : 0) + 2 * static_cast<std::size_t>(verdicts.account);
}

TenantPolicies::Verdicts TenantPolicies::verdicts_at(std::size_t index) {
  return {index % 2 == 1, static_cast<AccountState>(index / 2)};
}

Policy TenantPolicies::variant(Policy usual, const Verdicts& verdicts) {
  usual.blacklisted = verdicts.blacklisted;
  usual.account = verdicts.account;
  return usual;
}

TenantPolicies::Verdicts TenantPolicies::verdicts_on(const ChatFacts& chat, bool catching_up) const {
  const std::string phone = unipile::normalise_phone(chat.contact_phone);
  return {!phone.empty() && blacklist_.count(phone) > 0, account_state_of(chat, catching_up)};
}

AccountState TenantPolicies::account_state_of(const ChatFacts& chat, bool catching_up) const {
  if (account_state_ != AccountState::connected) return account_state_;
  // A chat that still names a former account sends nothing until it was moved to the present one.
  if (!chat.account.empty() && chat.account != account_) return AccountState::disconnected;
  return catching_up ? AccountState::catching_up : AccountState::connected;
}

std::shared_ptr<const Policy> TenantPolicies::of(const ChatFacts& chat, bool catching_up) const {
  return variants_[index_of(verdicts_on(chat, catching_up))];
}

}  // namespace sessioncore::server
