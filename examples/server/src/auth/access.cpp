#include "auth/access.hpp"

#include "auth/bearer.hpp"
#include "config/people.hpp"
#include "http/reply.hpp"

namespace sessioncore::server {

bool Access::has_feature(const TenantId& id) const {
  const auto tenant = tenants_.find(id);
  return tenant != nullptr && Tenants::has_feature(*tenant, kWhatsAppFeature);
}

Access::LoggedIn Access::anybody(const httplib::Request& request) const {
  const auto claims = tokens_.read(bearer_token(request));
  // The token says who; what they may do is looked up, so that a change counts at once. A token of a former password or
  // a former tenant is worth nothing, nor is one of somebody who had this address before.
  auto person = claims ? users_.find(claims->user.value) : std::nullopt;
  if (!person || person->tenant != claims->tenant || Tokens::mark_of(person->password_hash) != claims->password_mark) {
    throw HttpError(401, "unauthorized", "log in and send the token as a bearer token");
  }
  return {std::move(*person), *claims};
}

Visitor Access::visitor(const httplib::Request& request) const {
  auto who = anybody(request);
  if (!has_feature(who.person.tenant)) {
    throw HttpError(403, "feature_disabled", std::string("the tenant does not have the feature ") + kWhatsAppFeature);
  }
  return {std::move(who.person), who.claims.expires};
}

Person Access::reader(const httplib::Request& request) const {
  return visitor(request).person;
}

bool Access::may_stay(const Person& person) const {
  const auto now = users_.find(person.id.value);
  return now && now->tenant == person.tenant && now->password_hash == person.password_hash &&
         has_feature(person.tenant);
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
