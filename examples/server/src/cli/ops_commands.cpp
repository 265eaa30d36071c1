#include "cli/ops_commands.hpp"

#include "cli/age.hpp"
#include "cli/backup.hpp"
#include "cli/explain.hpp"
#include "cli/migrate.hpp"
#include "cli/purge.hpp"
#include "cli/replay.hpp"
#include "config/config.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

namespace sessioncore::server {

namespace {

/// Which file: the configuration says it, or the command line itself where secrets are out of reach.
struct Database {
  std::string config;
  std::string file;

  void add_to(CLI::App& command) {
    auto* by_config = command.add_option("--config", config, "configuration file");
    auto* by_file = command.add_option("--database", file, "database file, instead of a configuration");
    by_config->excludes(by_file);
  }
  [[nodiscard]] std::string path() const {
    if (!file.empty()) return file;
    if (config.empty()) throw ConfigError("give --config FILE or --database FILE");
    return load_config(config, process_environment()).database;
  }
};

/// Options live as long as the command that was chosen.
template <class Options>
struct Command {
  Database database;
  Options options;
};

template <class Options>
std::shared_ptr<Command<Options>> made(CLI::App& command) {
  auto made = std::make_shared<Command<Options>>();
  made->database.add_to(command);
  return made;
}

void add_explain(CLI::App& cli, std::function<int()>& chosen) {
  auto* command = cli.add_subcommand("explain", "tell in words what was decided in a chat, and why");
  const auto given = made<ExplainOptions>(*command);
  command->add_option("chat", given->options.chat, "the chat's id, the channel's id of it, or a phone number")
      ->required();
  command->add_option("--tenant", given->options.tenant.value, "only chats of this tenant");
  command->add_option("--last", given->options.last, "only the latest N decisions")->check(CLI::PositiveNumber);
  command->add_flag("--json", given->options.as_json, "as JSON, as the API shows decisions");
  command->callback([&chosen, given] { chosen = [given] { return explain(given->database.path(), given->options); }; });
}

void add_replay(CLI::App& cli, std::function<int()>& chosen) {
  auto* command =
      cli.add_subcommand("replay", "decide everything in a chat's log again, and prove that it is the same");
  const auto given = made<ReplayOptions>(*command);
  auto* chat = command->add_option("chat", given->options.chat, "the chat, as for explain");
  auto* all = command->add_flag("--all", given->options.all, "every chat");
  chat->excludes(all);
  command->add_option("--tenant", given->options.tenant.value, "only chats of this tenant");
  command->add_flag("--show-text", given->options.show_text, "show message texts where something differs");
  command->callback([&chosen, given] { chosen = [given] { return replay(given->database.path(), given->options); }; });
}

void add_backup(CLI::App& cli, std::function<int()>& chosen) {
  auto* command = cli.add_subcommand("backup", "copy the database while the server runs");
  const auto given = made<BackupCommandOptions>(*command);
  command->add_option("--to", given->options.to, "the file to make")->required();
  command->add_flag("--force", given->options.force, "replace the file if it exists");
  command->add_flag("--quiet", given->options.quiet, "no progress");
  command->callback([&chosen, given] { chosen = [given] { return backup(given->database.path(), given->options); }; });
}

void add_purge(CLI::App& cli, std::function<int()>& chosen) {
  auto* command = cli.add_subcommand("purge", "delete what is finished and old, while the server runs");
  const auto given = made<PurgeCommandOptions>(*command);
  command->add_option("--older-than", given->options.older_than, "age, such as 90d; at least 7d")
      ->required()
      ->check(CLI::Validator(
          [](const std::string& text) {
            std::string wrong;
            (void)parse_age(text, &wrong);
            return wrong;
          },
          "AGE"));
  command->add_option("--tenant", given->options.tenant.value, "only chats of this tenant");
  command->add_flag("--dry-run", given->options.dry_run, "only count");
  command->add_flag("--delete-empty-chats", given->options.delete_empty_chats,
                    "chats go too when nothing of them is left");
  command->add_flag("--drop-unprovable", given->options.drop_unprovable,
                    "purge logs too that this version cannot replay");
  command->add_flag("--vacuum", given->options.vacuum,
                    "give the space back to the file system; nobody can write meanwhile");
  command->add_flag("--quiet", given->options.quiet, "no progress");
  command->callback([&chosen, given] { chosen = [given] { return purge(given->database.path(), given->options); }; });
}

void add_migrate(CLI::App& cli, std::function<int()>& chosen) {
  auto* command = cli.add_subcommand("migrate", "bring the tables of the database up to date; serve does it, too");
  const auto given = std::make_shared<Database>();
  given->add_to(*command);
  command->callback([&chosen, given] { chosen = [given] { return migrate(given->path()); }; });
}

}  // namespace

void add_ops_commands(CLI::App& cli, std::function<int()>& chosen) {
  add_explain(cli, chosen);
  add_replay(cli, chosen);
  add_backup(cli, chosen);
  add_purge(cli, chosen);
  add_migrate(cli, chosen);
}

}  // namespace sessioncore::server
