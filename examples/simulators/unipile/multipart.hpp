// Reads multipart/form-data. The HTTP library reads it too, but refuses a body that ends with its closing boundary and
// no line end after it; that is allowed, and what Node.js 18 sends.
#pragma once

#include "bridge.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sessioncore::simulators {

// Nothing when the body is not well formed. `content_type` is the header with its boundary parameter.
std::optional<std::vector<FormPart>> read_multipart(const std::string& content_type, const std::string& body);

}  // namespace sessioncore::simulators
