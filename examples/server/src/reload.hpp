/// Taking over a changed configuration while the server runs.
///
/// What can change does: log level, policies, tenants, users, the life of tokens. What cannot is named in the log. A
/// configuration that is wrong in one place is not taken at all. Work that is under way is not touched.
/// Thread rule: one thread.
#pragma once

#include "auth/tokens.hpp"
#include "auth/users.hpp"
#include "config/config.hpp"
#include "tenants.hpp"

#include <functional>
#include <string>
#include <vector>

namespace sessioncore::server {

/// The keys whose values differ and count only after a restart, in the file's words.
[[nodiscard]] std::vector<std::string> keys_that_need_a_restart(const Config& running, const Config& now);

class Reload {
 public:
  /// `running` is what the server was started with. The references must outlive the object.
  Reload(const Config& running, std::function<Config()> load, Tenants& tenants, Users& users, Tokens& tokens,
         Clock& clock)
      : running_(running), load_(std::move(load)), tenants_(tenants), users_(users), tokens_(tokens), clock_(clock) {}

  /// Never throws: what is wrong is in the log, with the name of the key.
  void run();
  /// Takes over what a command has changed in the database. Never throws.
  void look_for_tenants();

 private:
  void take(const Config& config);

  const Config& running_;
  const std::function<Config()> load_;
  Tenants& tenants_;
  Users& users_;
  Tokens& tokens_;
  Clock& clock_;
  std::string problem_;  ///< the last one of `look_for_tenants`, so that it is said once
};

}  // namespace sessioncore::server
