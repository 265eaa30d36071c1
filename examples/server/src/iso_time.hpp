/// Instants as the API shows them: "2026-05-18T19:44:12.000Z", and back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sessioncore/instant.hpp>

namespace sessioncore::server {

[[nodiscard]] std::string iso_time(Instant at);
/// `YYYY-MM-DDTHH:MM:SS[.fraction]` with `Z`, `+HH:MM` or `+HHMM`; empty if it is not of this form or no such moment.
[[nodiscard]] std::optional<Instant> parse_iso_time(std::string_view text);

}  // namespace sessioncore::server
