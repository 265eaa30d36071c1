/// How much has come in on a connection so far, whoever read it.
#pragma once

#include <cstdint>

namespace sessioncore::server {

/// 0 if the system does not say.
[[nodiscard]] std::uint64_t received_bytes(int socket);

}  // namespace sessioncore::server
