/// What is refused before a request's body is read or a handler sees it.
///
/// The HTTP library of Debian 12 takes bodies of any size when they are chunked or compressed, mixes up requests when
/// framing headers contradict each other, and decodes line ends into header values. Nothing a client of this server
/// needs is lost by refusing all of that. Pure functions.
#pragma once

#include "http/reply.hpp"

#include <cstdint>
#include <optional>

namespace httplib {
struct Request;
}

namespace sessioncore::server {

/// What a request may bring.
struct BodyRule {
  std::uint64_t bytes_max = 0;
  bool chunked = false;  ///< also without a length: whoever reads such a body counts it
};

/// The reason to refuse this request, or empty. The connection must be closed after a refusal: what follows on it may
/// be the refused body.
[[nodiscard]] std::optional<HttpError> refusal_of(const httplib::Request& request, const BodyRule& rule);

/// The body has no length of its own.
[[nodiscard]] bool is_chunked(const httplib::Request& request);

/// Makes the head mean what the standards say before the library acts on it: no length and no encoding is an empty
/// body, ranges are not served, and a provider's JSON is JSON whatever its content type says.
void normalise_head(httplib::Request& request);

}  // namespace sessioncore::server
