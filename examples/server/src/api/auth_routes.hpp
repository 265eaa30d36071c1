/// `POST /api/auth/login`: an e-mail address and a password for a token. `POST /api/auth/refresh`: a token that is
/// still good for one that lasts longer. `GET /api/auth/me`: whose token it is.
///
/// Thread rule: any thread.
#pragma once

#include "auth/access.hpp"
#include "auth/login_limiter.hpp"
#include "http/server.hpp"

#include <string>
#include <vector>

namespace sessioncore::server {

class AuthRoutes {
 public:
  /// The references must outlive the routes.
  AuthRoutes(const Tokens& tokens, Users& users, const Access& access, std::vector<std::string> trusted_proxies)
      : tokens_(tokens), users_(users), access_(access), trusted_proxies_(std::move(trusted_proxies)) {}

  void add_to(HttpServer& server);

 private:
  void log_in(const httplib::Request& request, httplib::Response& response);
  void refresh(const httplib::Request& request, httplib::Response& response) const;
  void show(const httplib::Request& request, httplib::Response& response) const;
  [[nodiscard]] Person person_with(const std::string& email, const std::string& password, const std::string& address);

  const Tokens& tokens_;
  Users& users_;
  const Access& access_;
  const std::vector<std::string> trusted_proxies_;
  LoginLimiter limiter_;
};

}  // namespace sessioncore::server
