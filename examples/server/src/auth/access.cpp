#include "auth/access.hpp"

#include "http/reply.hpp"

#include <httplib.h>

namespace sessioncore::server {

namespace {

constexpr const char* kScheme = "Bearer ";

std::string token_of(const httplib::Request& request) {
  if (request.get_header_value_count("Authorization") != 1) return {};
  const std::string value = request.get_header_value("Authorization");
  const std::string scheme = kScheme;
  return value.rfind(scheme, 0) == 0 ? value.substr(scheme.size()) : std::string();
}

}  // namespace

bool Access::has_feature(const TenantId& id) const {
  const auto tenant = tenants_.find(id);
  return tenant != nullptr && Tenants::has_feature(*tenant, kWhatsAppFeature);
}

Visitor Access::visitor(const httplib::Request& request) const {
  const auto bearer = tokens_.read(token_of(request));
  // The token says who; what they may do is looked up, so that a change counts at once.
  auto person = bearer ? users_.find(bearer->user.value) : std::nullopt;
  if (!person) throw HttpError(401, "unauthorized", "log in and send the token as a bearer token");
  if (!has_feature(person->tenant)) {
    throw HttpError(403, "feature_disabled", std::string("the tenant does not have the feature ") + kWhatsAppFeature);
  }
  return {*person, bearer->expires};
}

Person Access::reader(const httplib::Request& request) const {
  return visitor(request).person;
}

bool Access::may_stay(const Person& person) const {
  const auto now = users_.find(person.id.value);
  return now && now->tenant == person.tenant && has_feature(person.tenant);
}

Person Access::actor(const httplib::Request& request) const {
  Person person = reader(request);
  if (person.role != "admin" && person.role != "manager") {
    throw HttpError(403, "forbidden", "this takes the role admin or manager");
  }
  return person;
}

Person Access::admin(const httplib::Request& request) const {
  Person person = reader(request);
  if (person.role != "admin") throw HttpError(403, "forbidden", "this takes the role admin");
  return person;
}

}  // namespace sessioncore::server
