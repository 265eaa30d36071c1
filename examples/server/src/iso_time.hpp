/// Instants as the API shows them: "2026-05-18T19:44:12.000Z". Pure.
#pragma once

#include <string>

#include <sessioncore/instant.hpp>

namespace sessioncore::server {

[[nodiscard]] std::string iso_time(Instant at);

}  // namespace sessioncore::server
