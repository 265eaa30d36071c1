#include "api/auth_routes.hpp"

#include "auth/passwords.hpp"
#include "config/people.hpp"
#include "http/body.hpp"
#include "http/client_address.hpp"
#include "http/reply.hpp"
#include "log.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

json view_of(const Person& person) {
  return {{"_id", person.id.value},
          {"email", person.email},
          {"name", person.name},
          {"role", person.role},
          {"tenant_id", person.tenant.value}};
}

json view_of(const IssuedToken& token, const Person& person) {
  return {{"token", token.text}, {"expires_in", token.expires_in}, {"user", view_of(person)}};
}

bool knows_password(const std::optional<Person>& person, const std::string& password) {
  if (person) return password_matches(person->password_hash, password);
  pretend_to_check(password);
  return false;
}

}  // namespace

void AuthRoutes::add_to(HttpServer& server) {
  using httplib::Request;
  using httplib::Response;
  server.Post("/api/auth/login", [this](const Request& in, Response& out) { log_in(in, out); });
  server.Post("/api/auth/refresh", [this](const Request& in, Response& out) { refresh(in, out); });
  server.Get("/api/auth/me", [this](const Request& in, Response& out) { show(in, out); });
}

Person AuthRoutes::person_with(const std::string& email, const std::string& password, const std::string& address) {
  const std::string counted = user_id_of(email).value;
  if (const auto wait = limiter_.admit(address, counted, LoginLimiter::Clock::now())) {
    log::warn("login.slowed", {{"from", address}});
    HttpError slowed(429, "too_many_attempts", "too many failed logins; wait a minute");
    slowed.retry_after = *wait;
    throw slowed;
  }
  try {
    auto person = users_.find(email);
    if (knows_password(person, password)) {
      limiter_.take_back(address, counted);
      return std::move(*person);
    }
  } catch (const HttpError&) {
    limiter_.take_back(address, counted);
    throw;
  }
  log::warn("login.failed", {{"from", address}});
  throw HttpError(401, "unauthorized", "the e-mail address or the password is wrong");
}

void AuthRoutes::log_in(const httplib::Request& request, httplib::Response& response) {
  const auto body = object_of_body(request);
  const std::string email = required_text_of(body, "email");
  const std::string password = required_text_of(body, "password");
  if (!is_email(email)) throw bad_request("email: expected an e-mail address");
  if (password.size() > kPasswordMax) throw bad_request("password: longer than 1024 bytes");
  const Person person = person_with(email, password, client_address(request, trusted_proxies_));
  log::info("login", {{"user", person.id.value}});
  reply_json(response, view_of(tokens_.issue(person), person));
}

void AuthRoutes::refresh(const httplib::Request& request, httplib::Response& response) const {
  const auto [person, claims] = access_.anybody(request);
  const auto token = tokens_.refresh(person, claims);
  if (!token) throw HttpError(401, "unauthorized", "the session is over: log in again");
  reply_json(response, view_of(*token, person));
}

void AuthRoutes::show(const httplib::Request& request, httplib::Response& response) const {
  reply_json(response, view_of(access_.anybody(request).person));
}

}  // namespace sessioncore::server
