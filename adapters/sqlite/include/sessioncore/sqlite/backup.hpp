/// A copy of a database file that a server may be using at the same time.
///
/// The copy is of one moment, that of the call: what was committed before is in it, what comes later is not. Nobody who
/// reads or writes is made to wait. The copy appears under its name only when it is complete, checked and on the disk.
/// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

struct BackupOptions {
  bool overwrite = false;     ///< replace a file of that name; it stays as it is if the backup fails
  int pages_per_step = 2000;  ///< between two calls of `progress`
  std::function<void(std::uint64_t pages_done, std::uint64_t pages_total)> progress;  ///< may be empty
  std::function<bool()> interrupted;  ///< asked all the time: true ends the backup; may be empty
};

struct BackupReport {
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;
  int version = 0;  ///< of the tables
};

/// Errors: `not_found` if `from` does not exist; `conflict` if `to` exists (and is not to be overwritten), is `from`
/// itself or has a log of changes beside it, so that somebody may be using it; `corrupt` if the copy is no good;
/// `unavailable` if files cannot be read or written, or if it was interrupted. Then nothing is left behind; what a
/// backup to the same file left that was killed is removed.
[[nodiscard]] Result<BackupReport> backup(const std::filesystem::path& from, const std::filesystem::path& to,
                                          const BackupOptions& options = {});

}  // namespace sessioncore::sqlite
