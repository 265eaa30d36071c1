/// Bearer tokens: HS256 and nothing else, always with an end.
///
/// A token belongs to one log-in: it says who logged in, to which tenant, when, and with which password. A refreshed
/// one says the same and lasts longer, but never longer than the session. Thread rule: any thread.
#pragma once

#include "auth/users.hpp"

#include <atomic>
#include <optional>
#include <string>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::server {

struct Claims {
  UserId user;
  TenantId tenant;
  std::string password_mark;      ///< `mark_of` the password's hash
  std::int64_t logged_in_at = 0;  ///< seconds since 1970
  Instant expires;
};

struct IssuedToken {
  std::string text;
  std::int64_t expires_in = 0;  ///< seconds
};

class Tokens {
 public:
  Tokens(std::string secret, Duration lifetime, Duration session_lifetime);

  /// For tokens read and issued from now on.
  void set_lifetimes(Duration lifetime, Duration session_lifetime);

  /// For somebody who has just shown the password.
  [[nodiscard]] IssuedToken issue(const Person& person) const;
  /// For somebody whose token is still good; empty when the session is over.
  [[nodiscard]] std::optional<IssuedToken> refresh(const Person& person, const Claims& former) const;
  /// What the token says; empty if it is forged, expired, not valid yet, of another algorithm or not a token at all.
  [[nodiscard]] std::optional<Claims> read(const std::string& token) const;

  /// Changes with each setting of a password and tells nothing about it.
  [[nodiscard]] static std::string mark_of(const std::string& password_hash);

 private:
  [[nodiscard]] IssuedToken issue(const Person& person, std::int64_t logged_in_at, std::int64_t now) const;

  const std::string secret_;
  std::atomic<std::int64_t> lifetime_{0};  ///< seconds, as is the next
  std::atomic<std::int64_t> session_lifetime_{0};
};

}  // namespace sessioncore::server
