#include <array>
#include <charconv>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <sessioncore/elevenlabs/post_call.hpp>

namespace sessioncore::elevenlabs {

namespace {

constexpr std::size_t kHeaderMax = 1024;
constexpr std::size_t kMacBytes = 32;
constexpr std::size_t kSecondsDigitsMax = 12;

using Mac = std::array<unsigned char, kMacBytes>;

struct Parts {
  std::string_view time;  ///< as it was signed
  std::int64_t seconds = 0;
  std::string_view macs;  ///< the whole header again: a secret that is being changed may have signed, too
};

std::string_view trimmed_part(std::string_view part) {
  while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
  while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
  return part;
}

/// Calls `use` with each part between commas.
template <class Use>
void each_part(std::string_view header, Use use) {
  for (;;) {
    const auto comma = header.find(',');
    use(trimmed_part(header.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    header.remove_prefix(comma + 1);
  }
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

std::optional<std::int64_t> seconds_of(std::string_view digits) {
  if (digits.empty() || digits.size() > kSecondsDigitsMax || digits.front() == '-') return std::nullopt;
  std::int64_t seconds = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, seconds);
  return read.ec == std::errc() && read.ptr == end ? std::optional(seconds) : std::nullopt;
}

std::optional<Mac> mac_of_hex(std::string_view hex) {
  Mac mac{};
  if (hex.size() != 2 * mac.size()) return std::nullopt;
  for (std::size_t n = 0; n < mac.size(); ++n) {
    const auto* from = hex.data() + 2 * n;
    const auto read = std::from_chars(from, from + 2, mac[n], 16);
    if (read.ec != std::errc() || read.ptr != from + 2) return std::nullopt;
  }
  return mac;
}

/// Exactly one time.
std::optional<Parts> parts_of(std::string_view header) {
  if (header.size() > kHeaderMax) return std::nullopt;
  Parts parts;
  parts.macs = header;
  int times = 0;
  bool fine = true;
  each_part(header, [&](std::string_view part) {
    if (!starts_with(part, "t=")) return;
    ++times;
    parts.time = part.substr(2);
    const auto seconds = seconds_of(parts.time);
    fine = fine && seconds.has_value();
    parts.seconds = seconds.value_or(0);
  });
  return fine && times == 1 ? std::optional(parts) : std::nullopt;
}

std::optional<Mac> mac_of(std::string_view time, std::string_view body, std::string_view secret) {
  std::string message;
  message.reserve(time.size() + 1 + body.size());
  message.append(time).append(1, '.').append(body);
  Mac mac{};
  unsigned int size = 0;
  const auto* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size);
  return done != nullptr && size == mac.size() ? std::optional(mac) : std::nullopt;
}

}  // namespace

std::string_view to_string(SignatureCheck check) {
  switch (check) {
    case SignatureCheck::good: return "good";
    case SignatureCheck::malformed: return "malformed";
    case SignatureCheck::wrong: return "wrong";
    case SignatureCheck::too_old: return "too_old";
    case SignatureCheck::in_the_future: return "in_the_future";
  }
  return "unknown";
}

SignatureCheck check_signature(std::string_view header, std::string_view body, std::string_view secret, Instant now,
                               const SignatureTolerance& tolerance) {
  const auto parts = parts_of(header);
  if (!parts) return SignatureCheck::malformed;
  if (secret.empty()) return SignatureCheck::wrong;
  const auto right = mac_of(parts->time, body, secret);
  bool any = false;
  bool matches = false;
  each_part(parts->macs, [&](std::string_view part) {
    if (!starts_with(part, "v0=")) return;
    const auto given = mac_of_hex(part.substr(3));
    any = any || given.has_value();
    matches = matches || (given && right && CRYPTO_memcmp(given->data(), right->data(), right->size()) == 0);
  });
  if (!any) return SignatureCheck::malformed;
  if (!matches) return SignatureCheck::wrong;
  const Instant signed_at{parts->seconds * 1000};
  if (now - signed_at > tolerance.past) return SignatureCheck::too_old;
  if (signed_at - now > tolerance.future) return SignatureCheck::in_the_future;
  return SignatureCheck::good;
}

}  // namespace sessioncore::elevenlabs
