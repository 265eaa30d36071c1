/// Tries whether the database takes a commit, on a connection of its own that is opened when it is first needed.
/// Thread rule: one call at a time.
#pragma once

#include <functional>
#include <string>

#include <sessioncore/result.hpp>

namespace sessioncore::server {

[[nodiscard]] std::function<Result<void>()> store_probe(const std::string& database);

}  // namespace sessioncore::server
