#include "files.hpp"

#include "connection.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sessioncore::sqlite {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const char* what, int error) {
  throw Refused{{error == EEXIST ? ErrorCode::conflict : ErrorCode::unavailable,
                 path.string() + ": " + what + ": " + std::strerror(error)}};  // NOLINT(concurrency-mt-unsafe)
}

void sync(const std::filesystem::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) refuse(path, "cannot be opened", errno);
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (failed != 0) refuse(path, "cannot be written to the disk", failed);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  const auto folder = path.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

}  // namespace

void make_private(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);
}

PrivateFile::PrivateFile(const std::filesystem::path& target) : target_(target) {
  std::string pattern = target.string() + ".part-XXXXXX";
  const int file = ::mkostemp(pattern.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) refuse(target, "no file can be made there", errno);
  ::close(file);
  path_ = pattern;
}

PrivateFile::~PrivateFile() {
  if (path_.empty()) return;
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) std::filesystem::remove(path_.string() + suffix, ignored);
}

void PrivateFile::keep(bool replace) {
  sync(path_, O_RDONLY);
  if (replace) {
    if (::rename(path_.c_str(), target_.c_str()) != 0) refuse(target_, "cannot be named so", errno);
    path_.clear();
  } else {
    // Unlike a rename, a second name never takes the place of a file that appeared meanwhile.
    if (::link(path_.c_str(), target_.c_str()) != 0) refuse(target_, "cannot be named so", errno);
  }
  sync(folder_of(target_), O_RDONLY | O_DIRECTORY);
}

}  // namespace sessioncore::sqlite
