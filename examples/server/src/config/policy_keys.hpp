/// The `policy` object of the configuration.
#pragma once

#include "config/reader.hpp"

namespace sessioncore::server {

/// Reads the keys that are there over `base`.
[[nodiscard]] Policy read_policy_keys(ObjectReader& reader, const Policy& base);

}  // namespace sessioncore::server
