/// Who is asking, and what they may do.
///
/// Everything throws `HttpError`: 401 without a good token, 403 without the role or the feature. Thread rule: any
/// thread.
#pragma once

#include "auth/tokens.hpp"
#include "auth/users.hpp"
#include "tenants.hpp"

namespace httplib {
struct Request;
}

namespace sessioncore::server {

/// Somebody who stays for a while: what a request is allowed to end, the token's end and `may_stay` end.
struct Visitor {
  Person person;
  Instant expires;  ///< of the token
};

class Access {
 public:
  struct LoggedIn {
    Person person;
    Claims claims;
  };

  Access(const Tokens& tokens, Users& users, const Tenants& tenants)
      : tokens_(tokens), users_(users), tenants_(tenants) {}

  /// Anybody who has logged in, whatever the tenant's features.
  [[nodiscard]] LoggedIn anybody(const httplib::Request& request) const;
  /// Anybody of a tenant that has the feature of the WhatsApp routes.
  [[nodiscard]] Person reader(const httplib::Request& request) const;
  [[nodiscard]] Visitor visitor(const httplib::Request& request) const;
  /// Whether `reader` would still let them in with a token that has not expired.
  [[nodiscard]] bool may_stay(const Person& person) const;
  /// Those who may act on chats: admins and managers.
  [[nodiscard]] Person actor(const httplib::Request& request) const;
  /// Those who may configure the tenant.
  [[nodiscard]] Person admin(const httplib::Request& request) const;

 private:
  [[nodiscard]] bool has_feature(const TenantId& tenant) const;

  const Tokens& tokens_;
  Users& users_;
  const Tenants& tenants_;
};

}  // namespace sessioncore::server
