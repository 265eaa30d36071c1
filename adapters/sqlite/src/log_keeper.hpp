/// Keeps the write-ahead log bounded: works it into the file between two commits once it has grown to a threshold.
#pragma once

#include <cstddef>

struct sqlite3;

namespace SQLite {
class Database;
}

namespace sessioncore::sqlite {

class LogKeeper {
 public:
  LogKeeper(SQLite::Database& database, std::size_t threshold_pages);
  ~LogKeeper();
  LogKeeper(const LogKeeper&) = delete;
  LogKeeper& operator=(const LogKeeper&) = delete;

  /// To be called after a commit. Never fails: what could not be done now is done after a later commit.
  void tidy();

 private:
  static int committed(void* self, sqlite3* database, const char* name, int pages);

  sqlite3* database_;
  std::size_t threshold_;
  std::size_t next_;       ///< when to try again; later than the threshold while a reader holds the log open
  std::size_t pages_ = 0;  ///< in the log after the latest commit
};

}  // namespace sessioncore::sqlite
