#include "api/login_route.hpp"

#include "auth/passwords.hpp"
#include "http/body.hpp"
#include "http/reply.hpp"
#include "log.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

constexpr std::size_t kPasswordMax = 1024;
constexpr std::size_t kEmailMax = 320;

}  // namespace

void LoginRoute::handle(const httplib::Request& request, httplib::Response& response) {
  const auto body = object_of_body(request);
  const std::string email = required_text_of(body, "email");
  const std::string password = required_text_of(body, "password");
  if (email.empty() || email.size() > kEmailMax) throw bad_request("email: expected an e-mail address");
  if (password.size() > kPasswordMax) throw bad_request("password: longer than 1024 bytes");
  const auto now = LoginLimiter::Clock::now();
  if (!limiter_.may_try(request.remote_addr, email, now)) {
    log::warn("login.slowed", {{"from", request.remote_addr}});
    throw HttpError(429, "too_many_attempts", "too many failed logins; wait a minute");
  }
  const auto person = users_.find(email);
  if (!person) pretend_to_check(password);
  if (!person || !password_matches(person->password_hash, password)) {
    limiter_.failed(request.remote_addr, email, now);
    log::warn("login.failed", {{"from", request.remote_addr}});
    throw HttpError(401, "unauthorized", "the e-mail address or the password is wrong");
  }
  log::info("login", {{"user", person->id.value}});
  reply_json(response, {{"token", tokens_.issue(person->id)},
                        {"user",
                         {{"_id", person->id.value},
                          {"email", person->email},
                          {"name", person->name},
                          {"role", person->role},
                          {"tenant_id", person->tenant.value}}}});
}

}  // namespace sessioncore::server
