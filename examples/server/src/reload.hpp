/// Taking over a changed configuration while the server runs.
///
/// What can change does: log level, policies, tenants, users, the life of tokens. What cannot is named in the log. A
/// configuration that is wrong in one place is not taken at all. Work that is under way is not touched.
/// Thread rule: one thread.
#pragma once

#include "accounts/blacklist.hpp"
#include "auth/tokens.hpp"
#include "auth/users.hpp"
#include "config/config.hpp"
#include "tenants.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sessioncore::server {

/// The keys whose values differ and count only after a restart, in the file's words.
[[nodiscard]] std::vector<std::string> keys_that_need_a_restart(const Config& running, const Config& now);

class Reload {
 public:
  /// `running` is what the server was started with. The references must outlive the object.
  Reload(const Config& running, std::function<Config()> load, Tenants& tenants, Users& users, Tokens& tokens,
         Blacklist& blacklist, Clock& clock)
      : running_(running),
        load_(std::move(load)),
        tenants_(tenants),
        users_(users),
        tokens_(tokens),
        blacklist_(blacklist),
        clock_(clock) {}

  /// Never throws: what is wrong is in the log, with the name of the key.
  void run();
  /// Takes over what a command has changed in the database. Never throws.
  void look_for_tenants();

 private:
  using Listed = std::set<std::pair<TenantId, std::string>>;  // numbers on blacklists

  void take(const Config& config);
  [[nodiscard]] Listed listed() const;
  void note_changes(const Listed& before);
  void tell_chats();

  const Config& running_;
  const std::function<Config()> load_;
  Tenants& tenants_;
  Users& users_;
  Tokens& tokens_;
  Blacklist& blacklist_;
  Clock& clock_;
  Listed untold_;        ///< came on a list or off it, and not all of their chats know
  std::string problem_;  ///< the last one of `look_for_tenants`, so that it is said once
};

}  // namespace sessioncore::server
