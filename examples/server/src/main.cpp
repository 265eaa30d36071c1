// sessiond: the command line.
#include "app.hpp"
#include "cli/commands.hpp"
#include "cli/ops_commands.hpp"
#include "config/config.hpp"
#include "config/features.hpp"
#include "file_limit.hpp"
#include "import/command.hpp"
#include "log.hpp"
#include "signals.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include <sessioncore/core/rules.hpp>

namespace {

using namespace sessioncore::server;

constexpr int kBadConfiguration = 2;  // or arguments

Config load(const std::string& path) {
  return load_config(path, process_environment());
}

/// Whoever may read or copy the file would have them (a configuration is shown, kept and mailed).
void warn_of_plain_secrets(const Config& config) {
  for (const std::string& key : config.plain_secrets) {
    log::warn("secret.plain", {{"key", key}, {"better", "the environment, or {\"file\": \"path\"}"}});
  }
}

int serve(const std::string& path) {
  (void)block_signals();  // before anything else: a SIGHUP that comes early is a reload, not the end
  const Config config = load(path);
  log::set_up(config.log_level);
  if (!config.development) warn_of_plain_secrets(config);
  raise_file_limit();
  return App(config, [path] { return load(path); }).run();
}

int check_config(const std::string& path) {
  const Config config = load(path);
  for (const TenantConfig& tenant : config.tenants) {
    for (const std::string& feature : tenant.features) {
      if (is_known_feature(feature)) continue;
      std::fprintf(stderr, "sessiond: warning: tenant %s has the unknown feature %s; known: %s\n",
                   tenant.id.value.c_str(), feature.c_str(), known_features().c_str());
    }
  }
  std::printf("%s: good; %zu tenants, %zu users\n", path.c_str(), config.tenants.size(), config.users.size());
  return 0;
}

int print_tables() {
  std::fputs(sessioncore::rules_as_markdown().c_str(), stdout);
  return 0;
}

/// Runs a command; what goes wrong is one line on standard error and an exit code.
template <class Command>
int guarded(Command&& command) {
  try {
    return command();
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "sessiond: %s\n", error.what());
    return kBadConfiguration;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sessiond: %s\n", error.what());
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A peer that has gone and a full disk are errors to be handled, not reasons to die.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);

  CLI::App app{"Decides who speaks next in customer conversations: people first, then the AI"};
  app.set_version_flag("--version", SESSIOND_VERSION);
  app.require_subcommand(1);
  std::string config;
  auto* serve_command = app.add_subcommand("serve", "run the server");
  serve_command->add_option("--config", config, "configuration file")->required();
  auto* check_command = app.add_subcommand("check-config", "read a configuration and say what is wrong with it");
  check_command->add_option("--config", config, "configuration file")->required();
  auto* tables_command = app.add_subcommand("tables", "print the decision tables");
  cli::Command chosen;
  cli::add_tenant_commands(app, chosen);
  cli::add_agent_commands(app, chosen);
  cli::add_user_commands(app, chosen);
  add_ops_commands(app, chosen);
  importing::add_import_command(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadConfiguration;
  }

  if (*serve_command) return guarded([&] { return serve(config); });
  if (*check_command) return guarded([&] { return check_config(config); });
  if (*tables_command) return guarded(print_tables);
  return guarded(chosen);
}
