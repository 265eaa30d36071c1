/// Finds out whether a commit would be stored now, by making one that changes nothing.
///
/// The connection is its own, so that it tells also while the store's is busy or stuck. Each probe that succeeds makes
/// the other connections read pages anew that they had in memory: leave it alone while real commits go through.
/// Thread rule: one thread at a time.
#pragma once

#include <filesystem>
#include <memory>

#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

class SqliteProbe {
 public:
  /// The file must exist. `options.busy_timeout` is how long a probe waits for another one that writes.
  [[nodiscard]] static Result<std::unique_ptr<SqliteProbe>> open(const std::filesystem::path& path,
                                                                 const Options& options);
  ~SqliteProbe();
  SqliteProbe(const SqliteProbe&) = delete;
  SqliteProbe& operator=(const SqliteProbe&) = delete;

  /// Writes one page durably and leaves everything as it was. `unavailable`: a commit would fail now.
  [[nodiscard]] Result<void> commit();

 private:
  struct Impl;
  explicit SqliteProbe(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
