#include "cli/purge.hpp"

#include "cli/age.hpp"
#include "cli/report.hpp"

#include <cstdio>

#include <sessioncore/runtime/system_clock.hpp>
#include <sessioncore/sqlite/purge.hpp>

namespace sessioncore::server {

namespace {

std::string name_of(const TenantId& tenant) {
  return tenant.empty() ? "no tenant" : "tenant " + tenant.value;
}

void print(const std::string& who, const sqlite::PurgeCounts& counts, bool dry_run) {
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("%s: %llu messages, %llu sessions, %llu decisions of %llu chats %s", who.c_str(), number(counts.messages),
              number(counts.sessions), number(counts.decisions), number(counts.chats),
              dry_run ? "would be deleted" : "deleted");
  if (counts.notifications > 0) std::printf(", %llu notifications", number(counts.notifications));
  if (counts.reports > 0) std::printf(", %llu reports of agent conversations", number(counts.reports));
  if (counts.empty_chats > 0) std::printf(", and %llu chats themselves", number(counts.empty_chats));
  if (counts.unprovable > 0)
    std::printf("; %llu chats left alone: their log does not replay", number(counts.unprovable));
  std::printf("\n");
}

void add(sqlite::PurgeCounts& sum, const sqlite::PurgeCounts& counts) {
  sum.chats += counts.chats;
  sum.decisions += counts.decisions;
  sum.messages += counts.messages;
  sum.sessions += counts.sessions;
  sum.notifications += counts.notifications;
  sum.reports += counts.reports;
  sum.empty_chats += counts.empty_chats;
  sum.unprovable += counts.unprovable;
}

}  // namespace

int purge(const std::string& database, const PurgeCommandOptions& options) {
  if (!options.tenant.empty()) {
    require_tenant(*must(sqlite::SqliteLog::open(database), "the database cannot be read"), options.tenant);
  }
  Progress progress("chats", options.quiet);
  sqlite::PurgeOptions how;
  how.now = SystemClock().now();
  how.older_than = parse_age(options.older_than);
  how.tenant = options.tenant;
  how.dry_run = options.dry_run;
  how.delete_empty_chats = options.delete_empty_chats;
  how.drop_unprovable = options.drop_unprovable;
  how.progress = [&](std::uint64_t done, std::uint64_t total) {
    progress.at(done, total);
    return true;
  };
  const auto report = must(sqlite::purge(database, how), "purge");
  sqlite::PurgeCounts sum;
  for (const auto& [tenant, counts] : report) {
    print(name_of(tenant), counts, options.dry_run);
    add(sum, counts);
  }
  print("all", sum, options.dry_run);
  if (options.vacuum && !options.dry_run) {
    must(sqlite::vacuum(database), "vacuum");
    std::printf("the file was made smaller\n");
  }
  return sum.unprovable > 0 && !options.drop_unprovable ? kDiffers : kDone;
}

}  // namespace sessioncore::server
