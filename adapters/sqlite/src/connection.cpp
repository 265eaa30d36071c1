#include "connection.hpp"

#include "files.hpp"
#include "migrations.hpp"

#include <new>
#include <string>

#include <sqlite3.h>

namespace sessioncore::sqlite {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;  // a number, key or provider id that somebody else has stored meanwhile
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH: return ErrorCode::corrupt;
    default: return ErrorCode::unavailable;  // busy, full, read-only, out of memory, failing disk
  }
}

int flags_of(Access access) {
  return access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}

/// Chats are personal data: a new file is its owner's alone.
const std::filesystem::path& made_if_written(const std::filesystem::path& path, Access access) {
  if (access != Access::read) make_private(path);
  return path;
}

void prepare_for_writing(SQLite::Database& database, const Options& options) {
  if (database.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
    throw Refused{{ErrorCode::unavailable, "the file cannot have a write-ahead log: it needs a local file system"}};
  }
  database.exec(options.synchronous == Synchronous::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  // The store works the log into the file between commits: SQLite's own rhythm would do it within one.
  database.exec("PRAGMA wal_autocheckpoint = 0");
  database.exec("PRAGMA foreign_keys = ON");
}

}  // namespace

Connection::Connection(const std::filesystem::path& path, const Options& options, Access access)
    : database_(made_if_written(path, access).string(), flags_of(access),
                static_cast<int>(options.busy_timeout.count())) {
  database_.exec("PRAGMA cache_size = -" + std::to_string(options.cache_kib));
  database_.exec("PRAGMA temp_store = MEMORY");
  if (access == Access::read) {
    require_current_version(database_);
  } else {
    prepare_for_writing(database_, options);
  }
  if (access == Access::write) run_migrations(database_);
}

Error current_error() {
  try {
    throw;
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const SQLite::Exception& error) {
    return {code_of(error.getErrorCode()), std::string("SQLite: ") + error.what()};
  } catch (const std::bad_alloc&) {
    return {ErrorCode::unavailable, "out of memory"};
  } catch (const std::exception& error) {
    return {ErrorCode::unavailable, error.what()};
  }
}

}  // namespace sessioncore::sqlite
