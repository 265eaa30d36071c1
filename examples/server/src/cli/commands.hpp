/// The commands that look after tenants, agents and people. Each group is a file.
///
/// A group adds its sub-commands to `cli`; parsing leaves the one that was asked for in `chosen`. They work on the
/// database beside a server that runs. A command returns its exit code or throws: `ConfigError` for what is wrong with
/// configuration or arguments, anything else for what failed. Thread rule: the main thread.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace sessioncore::server::cli {

using Command = std::function<int()>;

void add_tenant_commands(CLI::App& cli, Command& chosen);
void add_agent_commands(CLI::App& cli, Command& chosen);
void add_user_commands(CLI::App& cli, Command& chosen);

}  // namespace sessioncore::server::cli
