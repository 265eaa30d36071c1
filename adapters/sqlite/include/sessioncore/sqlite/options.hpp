/// How a database file is used. Thread rule: plain values.
#pragma once

#include <cstddef>

#include <sessioncore/instant.hpp>

namespace sessioncore::sqlite {

/// What a commit waits for. `full`: the data is on the disk, also after a power failure. `normal`: it survives the end
/// of the process, but a power failure may take the latest commits (never a part of one).
enum class Synchronous { normal, full };

struct Options {
  Synchronous synchronous = Synchronous::full;
  /// How long to wait for another connection that writes, before `unavailable`.
  Duration busy_timeout = std::chrono::seconds(5);
  std::size_t cache_kib = 64 * 1024;  ///< pages kept in memory, per connection
  /// The log of changes is worked into the file when it has grown to this many pages of 4 KiB, between two commits.
  std::size_t checkpoint_pages = 16'000;
  /// How much of the latest message a chat shows in lists, in Unicode code points.
  std::size_t preview_chars = 100;
};

}  // namespace sessioncore::sqlite
