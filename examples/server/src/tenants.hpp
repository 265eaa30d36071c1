/// Who is served: tenants by id and by connected account, and the policy that holds for each of their chats.
///
/// Thread rule: any thread; nothing changes after construction.
#pragma once

#include "config/config.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

inline constexpr const char* kWhatsAppFeature = "whatsapp_agent";
inline constexpr const char* kWhatsAppChannel = "whatsapp";

class Tenants final : public PolicySource {
 public:
  explicit Tenants(std::vector<TenantConfig> tenants);

  /// Null if there is none.
  [[nodiscard]] const TenantConfig* find(const TenantId& id) const;
  /// The tenant to which this account belongs and which has the feature; null if there is none.
  [[nodiscard]] const TenantConfig* of_account(const std::string& account) const;
  [[nodiscard]] static bool has_feature(const TenantConfig& tenant, const std::string& feature);
  /// Null if there is none.
  [[nodiscard]] const AgentConfig* find_agent(const TenantId& tenant, const AgentId& agent) const;

  /// The one tenant that has an agent with this id at the service; empty if there is none, or more than one.
  [[nodiscard]] TenantId owner_of_agent(const std::string& elevenlabs_agent_id) const;

  /// A chat of an unknown tenant (one that was taken out of the configuration) is never answered.
  [[nodiscard]] std::shared_ptr<const Policy> policy(const ChatFacts& chat) override;

 private:
  struct Policies {
    std::set<std::string> blacklist;
    std::shared_ptr<const Policy> usual;
    std::shared_ptr<const Policy> blacklisted;
  };

  std::vector<TenantConfig> tenants_;
  std::map<TenantId, const TenantConfig*> by_id_;
  std::map<std::string, const TenantConfig*> by_account_;
  std::map<TenantId, Policies> policies_;
  std::shared_ptr<const Policy> nobodys_;
};

}  // namespace sessioncore::server
