/// `sessiond migrate`: brings the tables of a database up to date apart from starting the server.
#pragma once

#include <string>

namespace sessioncore::server {

/// Returns the exit code. Throws if the database cannot be used.
[[nodiscard]] int migrate(const std::string& database);

}  // namespace sessioncore::server
