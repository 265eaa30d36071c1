#include "connection.hpp"
#include "files.hpp"
#include "migrations.hpp"

#include <string>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <sessioncore/sqlite/backup.hpp>

namespace sessioncore::sqlite {
namespace {

[[noreturn]] void refuse(ErrorCode code, std::string detail) {
  throw Refused{{code, std::move(detail)}};
}

void check_paths(const std::filesystem::path& from, const std::filesystem::path& to, bool overwrite) {
  if (!std::filesystem::is_regular_file(from)) refuse(ErrorCode::not_found, from.string() + ": there is no such file");
  if (to.empty() || !to.has_filename()) refuse(ErrorCode::invalid_argument, "the backup needs the name of a file");
  if (std::filesystem::exists(to)) {
    if (std::filesystem::equivalent(from, to)) refuse(ErrorCode::conflict, to.string() + ": is the database itself");
    if (!std::filesystem::is_regular_file(to)) refuse(ErrorCode::conflict, to.string() + ": is no ordinary file");
    if (!overwrite) refuse(ErrorCode::conflict, to.string() + ": exists already");
  }
  // A log found beside a file would be worked into it when it is opened: into the wrong file here.
  if (std::filesystem::exists(to.string() + "-wal")) {
    refuse(ErrorCode::conflict, to.string() + "-wal: exists, so somebody may be using " + to.string());
  }
}

[[noreturn]] void refuse_interrupted() {
  refuse(ErrorCode::unavailable, "interrupted");
}

// The source is read within one transaction: it sees the file as it was when that began, whatever is written meanwhile.
// Without it each write of somebody else would make the copy begin anew.
BackupReport copy(SQLite::Database& source, SQLite::Database& target, const BackupOptions& options) {
  SQLite::Transaction one_state(source, SQLite::TransactionBehavior::DEFERRED);
  BackupReport report;
  report.version = source.execAndGet("PRAGMA user_version").getInt();
  SQLite::Backup backup(target, source);
  for (int code = SQLITE_OK; code != SQLITE_DONE;) {
    code = backup.executeStep(options.pages_per_step);
    // Nobody else has the target, and readers wait for nobody in a file with a log: neither can be busy for long.
    if (code != SQLITE_OK && code != SQLITE_DONE) refuse(ErrorCode::unavailable, "the database is busy");
    report.pages = static_cast<std::uint64_t>(backup.getTotalPageCount());
    if (options.interrupted && options.interrupted()) refuse_interrupted();
    if (options.progress) {
      options.progress(report.pages - static_cast<std::uint64_t>(backup.getRemainingPageCount()), report.pages);
    }
  }
  return report;
}

// The check is one long statement: SQLite asks in between whether it is to go on.
void ask_within(SQLite::Database& database, const BackupOptions& options) {
  constexpr int kInstructions = 100'000;
  const auto ask = [](void* interrupted) {
    return (*static_cast<const std::function<bool()>*>(interrupted))() ? 1 : 0;
  };
  if (!options.interrupted) return;
  sqlite3_progress_handler(database.getHandle(), kInstructions, ask,
                           const_cast<std::function<bool()>*>(&options.interrupted));
}

void check_copy(SQLite::Database& copy, int version) {
  SQLite::Statement check(copy, "PRAGMA integrity_check(1)");
  if (!check.executeStep() || check.getColumn(0).getString() != "ok") {
    refuse(ErrorCode::corrupt, "the copy is damaged: " + check.getColumn(0).getString());
  }
  const int found = copy.execAndGet("PRAGMA user_version").getInt();
  if (found != version) refuse(ErrorCode::corrupt, "the copy has version " + std::to_string(found));
}

}  // namespace

Result<BackupReport> backup(const std::filesystem::path& from, const std::filesystem::path& to,
                            const BackupOptions& options) {
  return guarded([&] {
    check_paths(from, to, options.overwrite);
    Connection source(from, {}, Access::read);
    remove_left_overs(to);
    PrivateFile file(to);
    BackupReport report;
    {
      SQLite::Database target(file.path().string(), SQLite::OPEN_READWRITE);
      report = copy(source.database(), target, options);
      // One file without a log beside it, as whoever copies it elsewhere expects. A server that opens it makes one.
      target.exec("PRAGMA journal_mode = DELETE");
      ask_within(target, options);
      check_copy(target, report.version);
    }
    report.bytes = std::filesystem::file_size(file.path());
    file.keep(options.overwrite);
    return report;
  });
}

}  // namespace sessioncore::sqlite
