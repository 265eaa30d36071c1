/// Bearer tokens: HS256 and nothing else, always with an end.
///
/// Thread rule: any thread.
#pragma once

#include <optional>
#include <string>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::server {

struct Bearer {
  UserId user;
  Instant expires;
};

class Tokens {
 public:
  Tokens(std::string secret, Duration lifetime);

  [[nodiscard]] std::string issue(const UserId& user) const;
  /// Whose token it is, and until when; empty if it is forged, expired, of another algorithm or not a token at all.
  [[nodiscard]] std::optional<Bearer> read(const std::string& token) const;

 private:
  std::string secret_;
  Duration lifetime_;
};

}  // namespace sessioncore::server
