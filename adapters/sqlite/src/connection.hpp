/// One connection to a database file, and the edge at which exceptions become errors.
#pragma once

#include <filesystem>
#include <type_traits>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// Thrown inside of the adapter to end an operation with this error.
struct Refused {
  Error error;
};

enum class Access { read, write, write_without_migration };

class Connection {
 public:
  /// Throws `Refused` and `SQLite::Exception`.
  Connection(const std::filesystem::path& path, const Options& options, Access access);
  [[nodiscard]] SQLite::Database& database() { return database_; }

 private:
  SQLite::Database database_;
};

/// What an exception means to the caller. Call it in a handler.
[[nodiscard]] Error current_error();

/// Runs `work`; its value or the error that its exception stands for. Nothing thrown here leaves the adapter.
template <class Work>
[[nodiscard]] auto guarded(Work&& work) -> Result<std::invoke_result_t<Work>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      std::forward<Work>(work)();
      return {};
    } else {
      return std::forward<Work>(work)();
    }
  } catch (...) {
    return current_error();
  }
}

}  // namespace sessioncore::sqlite
