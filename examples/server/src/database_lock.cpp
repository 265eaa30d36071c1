#include "database_lock.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace sessioncore::server {

namespace {

/// The same file for each name of the database.
std::string lock_of(const std::string& database) {
  std::error_code unknown;
  const auto path = std::filesystem::weakly_canonical(database, unknown);
  return (unknown ? database : path.string()) + ".lock";
}

}  // namespace

DatabaseLock::DatabaseLock(const std::string& database) {
  const std::string name = lock_of(database);
  file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), "database: cannot open " + name);
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int problem = errno;
  ::close(file_);
  if (problem != EWOULDBLOCK)
    throw std::system_error(problem, std::generic_category(), "database: cannot lock " + name);
  throw std::runtime_error("database: another server uses it and holds " + name +
                           "; two of them would send each text twice");
}

/// The file stays: whoever removed it would take it from under a server that is just opening it.
DatabaseLock::~DatabaseLock() {
  ::close(file_);
}

}  // namespace sessioncore::server
