#include "cli/backup.hpp"

#include "cli/report.hpp"

#include <csignal>
#include <cstdio>

#include <sessioncore/sqlite/backup.hpp>

namespace sessioncore::server {

namespace {

volatile std::sig_atomic_t interrupted = 0;

/// The first signal lets the backup tidy up; a second one ends the process at once. What is ignored, as under nohup,
/// stays so.
void tidy_up_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction former {};
    sigaction(signal, &action, &former);
    if (former.sa_handler == SIG_IGN) sigaction(signal, &former, nullptr);
  }
}

}  // namespace

int backup(const std::string& database, const BackupCommandOptions& options) {
  Progress progress("pages", options.quiet);
  tidy_up_on_signals();
  sqlite::BackupOptions how;
  how.interrupted = [] { return interrupted != 0; };
  how.overwrite = options.force;
  how.progress = [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); };
  const auto made = must(sqlite::backup(database, options.to, how), "no backup");
  std::printf("%s: %llu bytes, tables of version %d, checked\n", options.to.c_str(),
              static_cast<unsigned long long>(made.bytes), made.version);
  return kDone;
}

}  // namespace sessioncore::server
