#include "auth/secret.hpp"

#include <sodium.h>

namespace sessioncore::server {

SecretDigest::Digest SecretDigest::of(const std::string& text) {
  Digest digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return digest;
}

bool SecretDigest::matches(const std::string& given) const {
  const Digest other = of(given);
  return sodium_memcmp(other.data(), digest_.data(), other.size()) == 0;
}

}  // namespace sessioncore::server
