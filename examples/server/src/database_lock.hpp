/// One server per database: a lock on a file beside it, which the system releases with the process, however it ends.
///
/// Commands do not take it. See ADR 0141. Thread rule: any thread.
#pragma once

#include <string>

namespace sessioncore::server {

class DatabaseLock {
 public:
  /// Throws std::runtime_error with the file's name if another server has it.
  explicit DatabaseLock(const std::string& database);
  ~DatabaseLock();
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;

 private:
  int file_;
};

}  // namespace sessioncore::server
