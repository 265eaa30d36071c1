/// `POST /api/auth/login`: an e-mail address and a password for a token.
///
/// Thread rule: any thread.
#pragma once

#include "auth/login_limiter.hpp"
#include "auth/tokens.hpp"
#include "auth/users.hpp"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace sessioncore::server {

class LoginRoute {
 public:
  LoginRoute(const Tokens& tokens, Users& users) : tokens_(tokens), users_(users) {}

  void handle(const httplib::Request& request, httplib::Response& response);

 private:
  const Tokens& tokens_;
  Users& users_;
  LoginLimiter limiter_;
};

}  // namespace sessioncore::server
