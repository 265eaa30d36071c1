// sessiond user add | passwd | list | remove
#include "auth/passwords.hpp"
#include "cli/group.hpp"
#include "cli/listing.hpp"
#include "cli/password_input.hpp"
#include "cli/workplace.hpp"
#include "config/people.hpp"
#include "iso_time.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <sodium.h>

#include <sessioncore/runtime/system_clock.hpp>

namespace sessioncore::server::cli {

using nlohmann::json;

namespace {

struct Options {
  std::string config;
  std::string email;
  std::string tenant;
  std::string role;
  std::string name;
  std::string password_file;
  bool json = false;
};

std::string new_hash(const Options& options) {
  const std::string password = read_new_password(options.password_file);
  if (sodium_init() < 0) throw std::runtime_error("the random source cannot be used");
  return hash_password(password);
}

sqlite::User must_exist(Workplace& workplace, const std::string& email) {
  auto user = must(workplace.table().find_user_by_email(email));
  if (!user) throw ConfigError("EMAIL: there is no user " + email);
  return std::move(*user);
}

int add(const Options& options) {
  if (!is_email(options.email)) throw ConfigError("EMAIL: expected an e-mail address");
  Workplace workplace(options.config);
  const TenantId tenant = workplace.tenant("--tenant", options.tenant)->id;
  if (must(workplace.table().find_user_by_email(options.email))) {
    throw ConfigError("EMAIL: there is a user " + options.email + " already");
  }
  const sqlite::User user{options.email, options.name, options.role, tenant, new_hash(options), SystemClock().now()};
  if (!must(workplace.table().create_user_if_absent(user))) {
    throw ConfigError("EMAIL: there is a user " + options.email + " already");
  }
  std::printf("user %s added\n", options.email.c_str());
  return 0;
}

int set_password(const Options& options) {
  Workplace workplace(options.config);
  sqlite::User user = must_exist(workplace, options.email);
  user.password_hash = new_hash(options);
  must(workplace.table().update_user(user));
  std::printf("password of %s changed; whoever is logged in with the former one has to log in again\n",
              user.email.c_str());
  return 0;
}

int list(const Options& options) {
  Workplace workplace(options.config);
  if (!options.tenant.empty()) (void)workplace.tenant("--tenant", options.tenant);
  json all = json::array();
  std::vector<Row> rows;
  for (const sqlite::Tenant& tenant : must(workplace.table().tenants())) {
    if (!options.tenant.empty() && tenant.id.value != options.tenant) continue;
    for (const sqlite::User& user : must(workplace.table().users(tenant.id))) {
      const std::string since = iso_time(user.created_at);
      all.push_back({{"email", user.email},
                     {"name", user.name},
                     {"role", user.role},
                     {"tenant", user.tenant.value},
                     {"created_at", since}});
      rows.push_back({user.email, user.name, user.role, user.tenant.value, since});
    }
  }
  if (options.json) {
    print_json(all);
  } else {
    print_table({"EMAIL", "NAME", "ROLE", "TENANT", "CREATED"}, rows);
  }
  return 0;
}

int remove(const Options& options) {
  Workplace workplace(options.config);
  const sqlite::User user = must_exist(workplace, options.email);
  (void)must(workplace.table().remove_user(user.email));
  std::printf("user %s removed\n", user.email.c_str());
  const auto& users = workplace.config().users;
  const bool in_file = std::any_of(users.begin(), users.end(), [&](const UserConfig& one) {
    return user_id_of(one.email) == user_id_of(user.email);
  });
  if (in_file) std::printf("the configuration file has this user: take it out there too, or it is created again\n");
  return 0;
}

}  // namespace

void add_user_commands(CLI::App& cli, Command& chosen) {
  Group<Options> group(cli, "user", "add, list and remove the people who log in", chosen);
  Options& options = group.options();
  const auto with_password = [&](CLI::App* made) {
    made->add_option("EMAIL", options.email, "e-mail address")->required();
    made->add_option("--password-file", options.password_file,
                     "file whose first line is the password; without it, it is asked for or read from standard input");
  };
  auto* adding = group.add("add", "add somebody", add);
  with_password(adding);
  adding->add_option("--tenant", options.tenant, "the tenant they work for")->required();
  adding->add_option("--role", options.role, "admin, manager or operator")->required()->check(CLI::IsMember(roles()));
  adding->add_option("--name", options.name, "their name")->required();
  with_password(group.add("passwd", "set somebody's password; ends their sessions", set_password));
  auto* listing = group.add("list", "list the people who log in", list);
  listing->add_option("--tenant", options.tenant, "only those of this tenant");
  listing->add_flag("--json", options.json, "print JSON");
  auto* removing = group.add("remove", "remove somebody; ends their sessions", remove);
  removing->add_option("EMAIL", options.email, "e-mail address")->required();
}

}  // namespace sessioncore::server::cli
