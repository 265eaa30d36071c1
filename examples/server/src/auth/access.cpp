#include "auth/access.hpp"

#include "config/people.hpp"
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

Access::LoggedIn Access::anybody(const httplib::Request& request) const {
  const auto claims = tokens_.read(token_of(request));
  // The token says who; what they may do is looked up, so that a change counts at once. A token of a former password or
  // a former tenant is worth nothing, nor is one of somebody who had this address before.
  auto person = claims ? users_.find(claims->user.value) : std::nullopt;
  if (!person || person->tenant != claims->tenant || Tokens::mark_of(person->password_hash) != claims->password_mark) {
    throw HttpError(401, "unauthorized", "log in and send the token as a bearer token");
  }
  return {std::move(*person), *claims};
}

Person Access::reader(const httplib::Request& request) const {
  Person person = anybody(request).person;
  const auto tenant = tenants_.find(person.tenant);
  if (tenant == nullptr || !Tenants::has_feature(*tenant, kWhatsAppFeature)) {
    throw HttpError(403, "feature_disabled", std::string("the tenant does not have the feature ") + kWhatsAppFeature);
  }
  return person;
}

Person Access::actor(const httplib::Request& request) const {
  Person person = reader(request);
  if (person.role != kAdmin && person.role != kManager) {
    throw HttpError(403, "forbidden", "this takes the role admin or manager");
  }
  return person;
}

Person Access::admin(const httplib::Request& request) const {
  Person person = reader(request);
  if (person.role != kAdmin) throw HttpError(403, "forbidden", "this takes the role admin");
  return person;
}

}  // namespace sessioncore::server
