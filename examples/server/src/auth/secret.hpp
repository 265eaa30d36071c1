/// A secret that callers have to know, kept as its digest. Thread rule: immutable.
#pragma once

#include <array>
#include <string>

namespace sessioncore::server {

class SecretDigest {
 public:
  explicit SecretDigest(const std::string& secret) : digest_(of(secret)) {}
  /// Digests have one length, so that the time this takes tells nothing, not even how long the secret is.
  [[nodiscard]] bool matches(const std::string& given) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  [[nodiscard]] static Digest of(const std::string& text);

  Digest digest_;
};

}  // namespace sessioncore::server
