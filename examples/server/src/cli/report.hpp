/// What the commands on a database file have in common: errors, exit codes, progress.
#pragma once

#include "must.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sessioncore/sqlite/log.hpp>

namespace sessioncore::server {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kDiffers = 4;  ///< a log that is not proved, or was left alone because of that

/// Throws if `tenant` is named and the database knows none of that id.
void require_tenant(sqlite::SqliteLog& log, const TenantId& tenant);

/// The chats that go by a name: says on standard error that there is none, or lists them if there are several; then the
/// result is empty.
[[nodiscard]] std::vector<ChatFacts> only_chat(sqlite::SqliteLog& log, const TenantId& tenant, const std::string& name);

/// "47 of 1200 chats" on standard error, once in a while.
class Progress {
 public:
  Progress(std::string unit, bool quiet) : unit_(std::move(unit)), quiet_(quiet) {}
  void at(std::uint64_t done, std::uint64_t total);

 private:
  std::string unit_;
  bool quiet_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + std::chrono::seconds(1);
};

}  // namespace sessioncore::server
