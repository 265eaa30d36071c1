/// The command line of `sessiond import`.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace sessioncore::server::importing {

/// Adds the command; the result runs it and gives its exit code: 0 all went in, 3 something did not. Throws like
/// `run_import` and `load_config`.
[[nodiscard]] std::function<int()> add_import_command(CLI::App& cli);

}  // namespace sessioncore::server::importing
