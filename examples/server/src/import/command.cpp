#include "import/command.hpp"

#include "import/importer.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <sessioncore/runtime/system_clock.hpp>

namespace sessioncore::server::importing {

namespace {

constexpr int kIncomplete = 3;

struct Arguments {
  std::string config;
  std::string folder;
  ExportFiles files;
  std::vector<std::string> tenants;
  bool dry_run = false;
  bool create_tenants = false;
  bool json = false;
  bool progress = false;
};

/// A path that was given wins over what lies in the folder.
ExportFiles files_of(const Arguments& arguments) {
  ExportFiles files;
  if (!arguments.folder.empty()) {
    if (!std::filesystem::is_directory(arguments.folder)) throw ConfigError("--dir: no such folder");
    files = files_in(arguments.folder);
  }
  const auto take = [](std::string& path, const std::string& given) {
    if (!given.empty()) path = given;
  };
  take(files.tenants, arguments.files.tenants);
  take(files.agents, arguments.files.agents);
  take(files.users, arguments.files.users);
  take(files.chats, arguments.files.chats);
  take(files.sessions, arguments.files.sessions);
  take(files.messages, arguments.files.messages);
  return files;
}

ImportOptions options_of(const Arguments& arguments) {
  ImportOptions options;
  options.files = files_of(arguments);
  options.dry_run = arguments.dry_run;
  options.create_tenants = arguments.create_tenants;
  for (const auto& pair : arguments.tenants) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      throw ConfigError("--tenant: expected ID=OLDID");
    }
    options.tenants.emplace_back(TenantId(pair.substr(0, equals)), pair.substr(equals + 1));
  }
  if (arguments.progress || ::isatty(STDERR_FILENO) != 0) {
    options.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  }
  return options;
}

int run(const Arguments& arguments) {
  if (arguments.config.empty()) throw ConfigError("--config: missing");
  const Config config = load_config(arguments.config, process_environment());
  const Report report = run_import(config, options_of(arguments), SystemClock().now());
  std::fputs((arguments.json ? report.as_json() : report.as_text()).c_str(), stdout);
  return report.complete() ? 0 : kIncomplete;
}

}  // namespace

void add_import_command(CLI::App& cli, std::function<int()>& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = cli.add_subcommand("import", "take over chats, sessions and messages of the old system");
  command->add_option("--config", arguments->config, "configuration file");
  command->add_option("--dir", arguments->folder, "folder with the exports, under their usual names");
  command->add_option("--chats", arguments->files.chats, "export of whatsappchats");
  command->add_option("--sessions", arguments->files.sessions, "export of whatsappsessions");
  command->add_option("--messages", arguments->files.messages, "export of whatsappmessages");
  command->add_option("--tenants", arguments->files.tenants, "export of tenants");
  command->add_option("--agents", arguments->files.agents, "export of agents");
  command->add_option("--users", arguments->files.users, "export of users");
  command->add_option("--tenant", arguments->tenants, "ID=OLDID: which tenant the old one is; may be repeated");
  command->add_flag("--create-tenants", arguments->create_tenants, "create the tenants that are none of ours");
  command->add_flag("--dry-run", arguments->dry_run, "do everything but store it");
  command->add_flag("--json", arguments->json, "print the report as JSON");
  command->add_flag("--progress", arguments->progress, "tell about it each second, also without a terminal");
  command->callback([&chosen, arguments] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace sessioncore::server::importing
