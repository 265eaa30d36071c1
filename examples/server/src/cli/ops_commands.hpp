/// The commands of people who operate a server: `explain`, `replay`, `backup`, `purge`. All of them may be used while
/// the server runs.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace sessioncore::server {

/// `chosen` is set by parsing a command line that names one of them: call it then. It returns the exit code and throws
/// `ConfigError` or what says why it could not be done.
void add_ops_commands(CLI::App& cli, std::function<int()>& chosen);

}  // namespace sessioncore::server
