/// Sub-commands that belong together and share their options. Thread rule: the main thread.
#pragma once

#include "cli/commands.hpp"

#include <memory>

namespace sessioncore::server::cli {

/// `Options` has a text `config`.
template <class Options>
class Group {
 public:
  Group(CLI::App& cli, const char* name, const char* what, Command& chosen)
      : group_(cli.add_subcommand(name, what)->require_subcommand(1)), chosen_(chosen) {}

  /// What the options are bound to.
  [[nodiscard]] Options& options() { return *options_; }

  CLI::App* add(const char* name, const char* what, int (*run)(const Options&)) {
    auto* command = group_->add_subcommand(name, what);
    command->add_option("--config", options_->config, "configuration file")->required();
    command->callback(
        [&chosen = chosen_, options = options_, run] { chosen = [options, run] { return run(*options); }; });
    return command;
  }

 private:
  CLI::App* group_;
  Command& chosen_;
  std::shared_ptr<Options> options_ = std::make_shared<Options>();
};

}  // namespace sessioncore::server::cli
