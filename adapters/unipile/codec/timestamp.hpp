// ISO 8601 instants as Unipile writes and wants them. Internal to the adapter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sessioncore/instant.hpp>

namespace sessioncore::unipile::codec {

// `YYYY-MM-DDTHH:MM:SS[.fraction][Z|+HH:MM|+HHMM]`; without a zone it is UTC. Empty when malformed or before 1970.
[[nodiscard]] std::optional<Instant> parse_timestamp(std::string_view text);

// `YYYY-MM-DDTHH:MM:SS.sssZ`: the one form that the query parameters `before` and `after` accept.
[[nodiscard]] std::string format_timestamp(Instant at);

}  // namespace sessioncore::unipile::codec
