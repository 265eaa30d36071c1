/// Who is served: tenants by id and by connected account, and the policy that holds for each of their chats.
///
/// A directory that changes while the server runs: readers get what holds at this moment and may keep it; a change is
/// stored first and seen by everybody after that. Whose word counts for what is ADR 0121.
/// Thread rule: any thread; reading never waits for the database.
#pragma once

#include "accounts/catching_up.hpp"
#include "config/account_owners.hpp"
#include "config/config.hpp"
#include "tenant_policies.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server {

inline constexpr const char* kWhatsAppFeature = "whatsapp_agent";
inline constexpr const char* kWhatsAppChannel = "whatsapp";
inline constexpr const char* kAccountInUse = "account_in_use";  ///< the code of an error

class Tenants final : public PolicySource {
 public:
  /// Loads. Throws like `load`.
  Tenants(std::unique_ptr<sqlite::SqliteUsers> table, const Config& config);

  /// Null if there is none. The account it has is the one it owns: never one that is another tenant's.
  [[nodiscard]] std::shared_ptr<const TenantConfig> find(const TenantId& id) const;
  /// The same, or `HttpError` 404.
  [[nodiscard]] std::shared_ptr<const TenantConfig> get(const TenantId& id) const;
  /// The tenant to which this account belongs and which has the feature; null if there is none.
  [[nodiscard]] std::shared_ptr<const TenantConfig> of_account(const std::string& account) const;
  [[nodiscard]] static bool has_feature(const TenantConfig& tenant, const std::string& feature);
  /// Null if there is none.
  [[nodiscard]] std::shared_ptr<const AgentConfig> find_agent(const TenantId& tenant, const AgentId& agent) const;
  [[nodiscard]] std::vector<std::shared_ptr<const TenantConfig>> all() const;  ///< by id

  /// The one tenant that has an agent with this id at the service; empty if there is none, or more than one.
  [[nodiscard]] TenantId owner_of_agent(const std::string& elevenlabs_agent_id) const;

  /// A chat of an unknown tenant (one that was taken out of the configuration) is never answered.
  [[nodiscard]] std::shared_ptr<const Policy> policy(const ChatFacts& chat) override;

  /// Whose accounts are connected, but not heard out: `policy` says so.
  [[nodiscard]] CatchingUp& catching_up() { return catching_up_; }
  [[nodiscard]] const CatchingUp& catching_up() const { return catching_up_; }

  /// Lets `change_it` change the settings that hold now, stores what differs, then shows it to everybody. Changes
  /// follow one another, each sees the one before it. What was changed wins over the configuration file from then on.
  /// Throws `HttpError`: 404 no such tenant; 400 a number that is none, an agent that is none of the tenant's; 409
  /// `account_in_use` another tenant has the account; 503 not stored. Nothing has changed then, nor when `change_it`
  /// throws. `change_it` must not call the directory's writing functions.
  void change(const TenantId& id, const std::function<void(TenantSettings&)>& change_it);

  /// Takes over what the file says now and creates the tenants that are missing in the database. Throws
  /// `std::runtime_error` if the database refuses, `ConfigError` if it holds what cannot be read; nothing has changed
  /// then.
  void load(const Config& config);
  /// Looks for what other processes have changed in the database; true: something. Throws like `load`.
  bool refresh();

 private:
  struct Entry {
    std::shared_ptr<const TenantConfig> tenant;
    TenantPolicies policies;
  };
  struct Directory {
    std::map<TenantId, Entry> by_id;
    std::map<std::string, std::shared_ptr<const TenantConfig>> by_account;
  };
  /// What a directory is made of.
  struct Sources {
    TenantConfig defaults;
    std::map<TenantId, TenantConfig> file;
    std::vector<sqlite::Tenant> rows;
  };

  [[nodiscard]] std::shared_ptr<const Directory> directory() const;
  void publish(Sources sources, std::shared_ptr<const Directory> made);
  [[nodiscard]] std::shared_ptr<const Directory> made_of(const Sources& sources) const;
  [[nodiscard]] static std::map<TenantId, DescribedTenant> settled(const Sources& sources);
  void check(const TenantConfig& tenant, TenantSettings& settings) const;
  [[nodiscard]] static std::optional<TenantConfig> described(const Sources& sources, const sqlite::Tenant& row);

  CatchingUp catching_up_;
  const std::shared_ptr<const Policy> nobodys_ = std::make_shared<const Policy>();
  std::mutex writing_;  ///< held by whoever changes; guards the two below
  std::unique_ptr<sqlite::SqliteUsers> table_;
  Sources sources_;
  mutable std::mutex reading_;  ///< held as long as a pointer is copied
  std::shared_ptr<const Directory> directory_ = std::make_shared<const Directory>();
};

}  // namespace sessioncore::server
