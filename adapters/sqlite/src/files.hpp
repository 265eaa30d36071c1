/// What `std::filesystem` does not offer: files that nobody else has, and files that are on the disk.
#pragma once

#include <filesystem>

namespace sessioncore::sqlite {

/// Makes an empty file that its owner alone can read, unless there is one; a problem is left to whoever opens it. What
/// SQLite makes beside a database gets the database's own rights.
void make_private(const std::filesystem::path& path);

/// Removes the private files beside `target` whose makers are gone: killed, they could not do it themselves.
void remove_left_overs(const std::filesystem::path& target);

/// An empty file beside `target` that nobody else can read; removed again unless it was `keep`ed. Locked while it is
/// there, so that it is not taken for left over.
class PrivateFile {
 public:
  /// Throws `Refused`.
  explicit PrivateFile(const std::filesystem::path& target);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Makes its content durable, then gives it the name of the target, durably. Throws `Refused`: `conflict` if there is
  /// a file of that name and it may not be replaced.
  void keep(bool replace);

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace sessioncore::sqlite
