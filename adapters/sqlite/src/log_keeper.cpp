#include "log_keeper.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

namespace sessioncore::sqlite {

LogKeeper::LogKeeper(SQLite::Database& database, std::size_t threshold_pages)
    : database_(database.getHandle()), threshold_(threshold_pages), next_(threshold_pages) {
  sqlite3_wal_hook(database_, &LogKeeper::committed, this);
}

LogKeeper::~LogKeeper() {
  sqlite3_wal_hook(database_, nullptr, nullptr);
}

int LogKeeper::committed(void* self, sqlite3*, const char*, int pages) {
  static_cast<LogKeeper*>(self)->pages_ = static_cast<std::size_t>(pages);
  return SQLITE_OK;
}

void LogKeeper::tidy() {
  if (pages_ < threshold_) next_ = threshold_;  // the log began anew
  if (pages_ < next_) return;
  // PASSIVE waits for nobody. When it reaches the end of the log and nobody reads it, the next commit begins it anew;
  // otherwise trying again after each commit would only cost.
  (void)sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  next_ = pages_ + threshold_ / 4;
}

}  // namespace sessioncore::sqlite
