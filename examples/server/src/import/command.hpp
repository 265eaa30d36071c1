/// The command line of `sessiond import`.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace sessioncore::server::importing {

/// `chosen` is set by parsing a command line that names it. It gives the exit code: 0 all went in, 3 something did not.
/// Throws like `run_import` and `load_config`.
void add_import_command(CLI::App& cli, std::function<int()>& chosen);

}  // namespace sessioncore::server::importing
