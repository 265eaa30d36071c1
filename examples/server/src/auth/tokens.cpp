#include "auth/tokens.hpp"

#include <chrono>
#include <cstdint>

#include <jwt/jwt.hpp>

namespace sessioncore::server {

namespace {

constexpr std::size_t kTokenMax = 4096;
constexpr const char* kIssuer = "sessiond";

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

}  // namespace

Tokens::Tokens(std::string secret, Duration lifetime) : secret_(std::move(secret)), lifetime_(lifetime) {}

std::string Tokens::issue(const UserId& user) const {
  using namespace jwt::params;
  jwt::jwt_object token{algorithm("HS256"), secret(secret_)};
  const std::int64_t now = seconds_now();
  token.add_claim("iss", std::string(kIssuer))
      .add_claim("sub", user.value)
      .add_claim("iat", now)
      .add_claim("exp", now + std::chrono::ceil<std::chrono::seconds>(lifetime_).count());
  return token.signature();
}

std::optional<Bearer> Tokens::read(const std::string& token) const {
  using namespace jwt::params;
  if (!has_token_shape(token)) return std::nullopt;
  try {
    std::error_code problem;
    const auto decoded = jwt::decode(token, algorithms({"HS256"}), problem, secret(secret_), verify(true));
    if (problem) return std::nullopt;
    const auto claims = decoded.payload().create_json_obj();
    // The library checks an end only where there is one.
    if (!claims.contains("exp") || claims.value("iss", "") != kIssuer) return std::nullopt;
    return Bearer{UserId(claims.at("sub").get<std::string>()), {claims.at("exp").get<std::int64_t>() * 1000}};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace sessioncore::server
