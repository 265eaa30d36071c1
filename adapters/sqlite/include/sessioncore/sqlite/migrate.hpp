/// The versions of the tables. Opening a store migrates by itself; this is for those who want it done apart from that.
///
/// Each step runs in a transaction of its own: a step that fails leaves the file at the step before.
/// Thread rule: any thread; another process that migrates at the same time is waited for.
#pragma once

#include <filesystem>

#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// What this program writes.
[[nodiscard]] int schema_version();

struct Migrated {
  int from = 0;  ///< 0: the file was empty
  int to = 0;
};

/// Makes the file if it does not exist.
[[nodiscard]] Result<Migrated> migrate(const std::filesystem::path& path, const Options& options = {});

}  // namespace sessioncore::sqlite
