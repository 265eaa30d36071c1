#include "auth/tokens.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <jwt/jwt.hpp>
#include <sodium.h>

namespace sessioncore::server {

namespace {

constexpr std::size_t kTokenMax = 4096;
constexpr const char* kIssuer = "sessiond";
constexpr const char* kTenant = "tenant";
constexpr const char* kPasswordMark = "pwd";
constexpr const char* kLoggedInAt = "auth_time";

/// The JWT library indexes a table with whatever bytes a token has, so it must only ever see base64url.
bool has_token_shape(const std::string& token) {
  if (token.size() > kTokenMax) return false;
  int dots = 0;
  std::size_t part = 0;
  const auto part_is_possible = [&] { return part > 0 && part % 4 != 1; };
  for (const char c : token) {
    if (c == '.') {
      if (!part_is_possible() || ++dots > 2) return false;
      part = 0;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return false;
    ++part;
  }
  return dots == 2 && part_is_possible();
}

std::int64_t seconds_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
}

std::int64_t in_seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace

Tokens::Tokens(std::string secret, Duration lifetime, Duration session_lifetime) : secret_(std::move(secret)) {
  set_lifetimes(lifetime, session_lifetime);
}

void Tokens::set_lifetimes(Duration lifetime, Duration session_lifetime) {
  lifetime_ = in_seconds(lifetime);
  session_lifetime_ = in_seconds(session_lifetime);
}

IssuedToken Tokens::issue(const Person& person) const {
  const std::int64_t now = seconds_now();
  return issue(person, now, now);
}

std::optional<IssuedToken> Tokens::refresh(const Person& person, const Claims& former) const {
  const std::int64_t now = seconds_now();
  if (former.logged_in_at + session_lifetime_ <= now) return std::nullopt;
  return issue(person, former.logged_in_at, now);
}

IssuedToken Tokens::issue(const Person& person, std::int64_t logged_in_at, std::int64_t now) const {
  using namespace jwt::params;
  const std::int64_t end = std::min(now + lifetime_, logged_in_at + session_lifetime_);
  jwt::jwt_object token{algorithm("HS256"), secret(secret_)};
  token.add_claim("iss", std::string(kIssuer))
      .add_claim("sub", person.id.value)
      .add_claim(kTenant, person.tenant.value)
      .add_claim(kPasswordMark, mark_of(person.password_hash))
      .add_claim(kLoggedInAt, logged_in_at)
      .add_claim("iat", now)
      .add_claim("exp", end);
  return {token.signature(), end - now};
}

std::optional<Claims> Tokens::read(const std::string& token) const {
  using namespace jwt::params;
  if (!has_token_shape(token)) return std::nullopt;
  try {
    std::error_code problem;
    const auto decoded = jwt::decode(token, algorithms({"HS256"}), problem, secret(secret_), verify(true));
    // RFC 7515: what must be understood, and no extension is understood here.
    if (problem || decoded.header().create_json_obj().contains("crit")) return std::nullopt;
    const auto claims = decoded.payload().create_json_obj();
    // The library checks an end only where there is one, and takes a negative one for a very late one.
    const std::int64_t now = seconds_now();
    if (claims.at("iss").get<std::string>() != kIssuer || claims.at("exp").get<std::int64_t>() <= now) {
      return std::nullopt;
    }
    Claims result;
    result.user = UserId(claims.at("sub").get<std::string>());
    result.tenant = TenantId(claims.at(kTenant).get<std::string>());
    result.password_mark = claims.at(kPasswordMark).get<std::string>();
    result.logged_in_at = claims.at(kLoggedInAt).get<std::int64_t>();
    result.expires = {claims.at("exp").get<std::int64_t>() * 1000};
    if (result.logged_in_at + session_lifetime_ <= now) return std::nullopt;
    return result;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string Tokens::mark_of(const std::string& password_hash) {
  // The hash holds a random salt, so that nothing can be guessed from its digest.
  std::array<unsigned char, 16> digest{};
  std::array<char, 33> text{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(password_hash.data()),
                     password_hash.size(), nullptr, 0);
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

}  // namespace sessioncore::server
