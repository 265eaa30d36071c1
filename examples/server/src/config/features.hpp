/// The features that a tenant can have. Thread rule: pure functions.
#pragma once

#include <string>

namespace sessioncore::server {

/// Whether anything here depends on it. The old system's tenants may have others, which do no harm.
[[nodiscard]] bool is_known_feature(const std::string& feature);
[[nodiscard]] std::string known_features();  ///< for messages

}  // namespace sessioncore::server
