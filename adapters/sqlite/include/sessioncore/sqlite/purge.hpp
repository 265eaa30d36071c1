/// Retention: deletes what is finished and older than a limit, in small transactions beside a server that runs.
///
/// Of each chat, what lies before a point of its log goes: decisions up to that point, the messages they recorded, the
/// sessions that were over by then. The point is the first decision that is younger than the limit or belongs to a
/// session that is open or ended later than the limit. What an unfinished send or an unanswered message needs stays.
/// Where a log begins after that is kept with the state at this point, found by replaying: it can still be proved.
/// Reports of agent conversations go with their sessions; those that no session has taken up, and notifications that
/// are not pending, go once they are older than the limit.
/// Policies are never deleted: they hold no personal data, and a server that runs counts on their numbers.
/// Thread rule: any thread, one purge of a file at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// Nothing younger is ever purged: a provider may deliver a message again, and its id must still be known then.
inline constexpr Duration kPurgeAgeMin = std::chrono::hours(7 * 24);

struct PurgeCounts {
  std::uint64_t chats = 0;  ///< of which something goes
  std::uint64_t decisions = 0;
  std::uint64_t messages = 0;
  std::uint64_t sessions = 0;
  std::uint64_t notifications = 0;
  std::uint64_t reports = 0;      ///< of agent conversations
  std::uint64_t empty_chats = 0;  ///< that go themselves
  std::uint64_t unprovable = 0;   ///< chats left alone because their log does not replay
};

struct PurgeOptions {
  Instant now;
  Duration older_than{0};  ///< at least `kPurgeAgeMin`
  TenantId tenant;         ///< empty: all, and what belongs to none
  bool dry_run = false;    ///< only count
  /// Chats without messages, sessions and decisions go too. A server that has such a chat in memory and is about to
  /// store something in it answers 503 once and takes the message as the first of a new chat when it comes again.
  bool delete_empty_chats = false;
  /// Purge logs that this version cannot replay, too, as those of a version with other rules. They stay unprovable.
  bool drop_unprovable = false;
  std::size_t rows_max = 500;  ///< deleted in one transaction
  /// After each chat; false stops. May be empty.
  std::function<bool(std::uint64_t chats_done, std::uint64_t chats_total)> progress;
};

/// By tenant (empty: reports whose tenant nobody knows); tenants of which nothing goes are left out. `not_found` if the
/// file does not exist, `invalid_argument` if `older_than` is too short; after any error, what was deleted so far stays
/// deleted and the rest is as it was.
using PurgeReport = std::map<TenantId, PurgeCounts>;
[[nodiscard]] Result<PurgeReport> purge(const std::filesystem::path& path, const PurgeOptions& options);

/// Gives the space of deleted rows back to the file system. Nobody can write meanwhile: do it while the server is down.
[[nodiscard]] Result<void> vacuum(const std::filesystem::path& path);

}  // namespace sessioncore::sqlite
