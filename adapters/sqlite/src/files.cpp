#include "files.hpp"

#include "connection.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

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

namespace {

constexpr std::string_view kMark = ".part-";
constexpr std::size_t kRandom = 6;
constexpr const char* kSuffixes[] = {"", "-journal", "-wal", "-shm"};  // what SQLite makes beside it

/// On the first byte, which SQLite never locks. A lock of this kind belongs to the open file, so that SQLite's closing
/// the same file does not end it.
bool lock_first_byte(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  return ::fcntl(file, F_OFD_SETLK, &lock) == 0;
}

void remove_with_suffixes(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const char* suffix : kSuffixes) std::filesystem::remove(path.string() + suffix, ignored);
}

bool is_part_of(const std::string& target, const std::string& name) {
  return name.size() == target.size() + kMark.size() + kRandom && name.compare(0, target.size(), target) == 0 &&
         name.compare(target.size(), kMark.size(), kMark) == 0;
}

void remove_if_left_over(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return;
  if (lock_first_byte(file)) remove_with_suffixes(path);
  ::close(file);
}

}  // namespace

void remove_left_overs(const std::filesystem::path& target) {
  const std::string name = target.filename().string();
  std::error_code none;
  for (std::filesystem::directory_iterator entry(folder_of(target), none), end; !none && entry != end;
       entry.increment(none)) {
    if (is_part_of(name, entry->path().filename().string())) remove_if_left_over(entry->path());
  }
}

PrivateFile::PrivateFile(const std::filesystem::path& target) : target_(target) {
  std::string pattern = target.string() + ".part-XXXXXX";
  const int file = ::mkostemp(pattern.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) refuse(target, "no file can be made there", errno);
  // A file system without such locks gives none: there a backup beside this one could take it for left over, and this
  // one would fail.
  (void)lock_first_byte(file);
  lock_ = file;
  path_ = pattern;
}

PrivateFile::~PrivateFile() {
  if (!path_.empty()) remove_with_suffixes(path_);
  ::close(lock_);
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
