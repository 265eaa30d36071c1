#include "connection.hpp"
#include "log_keeper.hpp"
#include "migrations.hpp"
#include "origins.hpp"
#include "policies.hpp"
#include "purge_plan.hpp"
#include "purge_tables.hpp"
#include "rows.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/purge.hpp>

namespace sessioncore::sqlite {
namespace {

constexpr std::size_t kChatsAtOnce = 200;
constexpr auto kLongestPause = std::chrono::milliseconds(50);

#define OLD_MESSAGES                                                                                                  \
  "FROM messages WHERE id BETWEEN ? AND ? AND received_at_ms < ? AND (session = 0 OR session < ?) AND number NOT IN " \
  "(SELECT value FROM json_each(?))"
constexpr char kForgetPreview[] =
    "UPDATE chats SET last_message_preview = '' WHERE chat = ? AND last_message > 0 AND last_message_preview <> ''"
    " AND NOT EXISTS (SELECT 1 FROM messages WHERE id = (chats.chat << 32) | chats.last_message)";
constexpr char kIsEmpty[] =
    "SELECT count(*) FROM chats WHERE chat = ? AND updated_at_ms < ? AND phase IN (0, 5) AND next_deadline_ms IS NULL"
    " AND needs_recovery = 0";

Options purge_options() {
  Options options;
  options.busy_timeout = std::chrono::seconds(60);  // a server that writes all the time leaves gaps, but small ones
  return options;
}

class Purge {
 public:
  Purge(const std::filesystem::path& path, const PurgeOptions& options)
      : options_(options),
        cutoff_(options.now - options.older_than),
        connection_(path, purge_options(), options.dry_run ? Access::read : Access::write_without_migration),
        log_(database(), purge_options().checkpoint_pages),
        policies_(database()) {
    require_current_version(database());
  }

  PurgeReport run();

 private:
  SQLite::Database& database() { return connection_.database(); }
  void purge_chat(ChatNumber chat, PurgeCounts& counts);
  void purge_decisions(const PurgePlan& plan, PurgeCounts& counts);
  void purge_messages(const PurgePlan& plan, PurgeCounts& counts);
  void purge_sessions(const PurgePlan& plan, PurgeCounts& counts);
  void purge_reports(std::int64_t first, std::int64_t last, PurgeCounts& counts);
  void purge_ageing_table(const AgeingTable& table, PurgeReport& report);
  void delete_if_empty(const PurgePlan& plan, const PurgeCounts& goes, PurgeCounts& counts);
  std::uint64_t rows_of(const char* table, ChatNumber chat);

  template <class... Values>
  std::uint64_t count(const std::string& query, const Values&... values) {
    SQLite::Statement statement(database(), query);
    Query row(statement, values...);
    (void)row.next();
    return row.number<std::uint64_t>();
  }
  template <class... Values>
  std::uint64_t change(const std::string& query, const Values&... values) {
    SQLite::Statement statement(database(), query);
    return static_cast<std::uint64_t>(Query(statement, values...).run());
  }
  /// One small transaction, then a pause as long as it took: the server gets its turn.
  template <class Work>
  auto write(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    SQLite::Transaction transaction(database(), SQLite::TransactionBehavior::IMMEDIATE);
    auto result = work();
    transaction.commit();
    log_.tidy();
    const auto took = std::chrono::steady_clock::now() - start;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(took, kLongestPause));
    return result;
  }

  const PurgeOptions& options_;
  Instant cutoff_;
  Connection connection_;
  LogKeeper log_;
  PolicyReader policies_;
};

PurgeReport Purge::run() {
  const bool everybody = options_.tenant.empty();
  const std::uint64_t total = count("SELECT count(*) FROM chats WHERE (? OR tenant = ?)", everybody, options_.tenant);
  PurgeReport report;
  std::uint64_t done = 0;
  for (ChatNumber after = 0;;) {
    std::vector<std::pair<ChatNumber, TenantId>> chats;
    {
      SQLite::Statement next(
          database(), "SELECT chat, tenant FROM chats WHERE chat > ? AND (? OR tenant = ?) ORDER BY chat LIMIT ?");
      Query row(next, after, everybody, options_.tenant, limit_of(kChatsAtOnce));
      while (row.next()) {
        const ChatNumber chat = row.integer();
        chats.emplace_back(chat, TenantId(row.text()));
      }
    }
    if (chats.empty()) break;
    after = chats.back().first;
    for (const auto& [chat, tenant] : chats) {
      purge_chat(chat, report[tenant]);
      if (options_.progress && !options_.progress(++done, total)) return report;
    }
  }
  for (const AgeingTable& table : kAgeingTables) purge_ageing_table(table, report);
  std::erase_if(report, [](const auto& of_tenant) {
    const PurgeCounts& counts = of_tenant.second;
    return counts.chats == 0 && counts.unprovable == 0 && counts.notifications == 0 && counts.reports == 0;
  });
  return report;
}

void Purge::purge_chat(ChatNumber chat, PurgeCounts& counts) {
  const PurgePlan todo = plan_purge(database(), policies_, chat, cutoff_, options_.drop_unprovable);
  PurgeCounts goes;
  // Decisions first: whatever a log that is kept speaks of is there, also if this ends halfway.
  purge_decisions(todo, goes);
  purge_messages(todo, goes);
  purge_sessions(todo, goes);
  if (options_.delete_empty_chats) delete_if_empty(todo, goes, counts);
  counts.decisions += goes.decisions;
  counts.messages += goes.messages;
  counts.sessions += goes.sessions;
  counts.reports += goes.reports;
  if (goes.decisions + goes.messages + goes.sessions + goes.reports > 0) ++counts.chats;
  if (todo.unprovable) ++counts.unprovable;
}

void Purge::purge_decisions(const PurgePlan& plan, PurgeCounts& counts) {
  if (plan.origin.decision == 0) return;
  const std::int64_t first = row_id(plan.chat, 0);
  const std::int64_t last = row_id(plan.chat, static_cast<std::uint32_t>(plan.origin.decision - 1));
  const std::uint64_t old = count("SELECT count(*) FROM decisions WHERE id BETWEEN ? AND ?", first, last);
  if (options_.dry_run) counts.decisions = old;
  if (options_.dry_run || old == 0) return;
  if (plan.origin.decision != plan.former_origin) {
    const bool mine = write([&] {
      if (read_origin(database(), plan.chat).decision != plan.former_origin) return false;
      write_origin(database(), plan.chat, plan.origin);
      return true;
    });
    if (!mine) throw Refused{{ErrorCode::conflict, "somebody else purges this file at the same time"}};
  }
  // Whatever lies before the origin counts for nothing: if this ends halfway, the next purge finds the rest.
  while (true) {
    const std::uint64_t gone = write([&] {
      return change("DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE id BETWEEN ? AND ? LIMIT ?)",
                    first, last, limit_of(options_.rows_max));
    });
    counts.decisions += gone;
    if (gone < options_.rows_max) return;
  }
}

void Purge::purge_messages(const PurgePlan& plan, PurgeCounts& counts) {
  const MessageNumber last_number = plan.origin.state.message_count;
  if (last_number == 0) return;
  const std::int64_t first = row_id(plan.chat, 1);
  const std::int64_t last = row_id(plan.chat, last_number);
  const std::uint64_t old =
      count("SELECT count(*) " OLD_MESSAGES, first, last, plan.limit, plan.first_kept, plan.needed_messages);
  if (options_.dry_run) counts.messages = old;
  if (options_.dry_run || old == 0) return;
  while (true) {
    const std::uint64_t gone = write([&] {
      const auto removed = change("DELETE FROM messages WHERE id IN (SELECT id " OLD_MESSAGES " LIMIT ?)", first, last,
                                  plan.limit, plan.first_kept, plan.needed_messages, limit_of(options_.rows_max));
      if (removed > 0) change(kForgetPreview, plan.chat);
      return removed;
    });
    counts.messages += gone;
    if (gone < options_.rows_max) return;
  }
}

void Purge::purge_sessions(const PurgePlan& plan, PurgeCounts& counts) {
  const SessionNumber last_number = std::min(plan.last_over, plan.first_kept - 1);
  if (last_number == 0) return;
  const std::int64_t first = row_id(plan.chat, 1);
  const std::int64_t last = row_id(plan.chat, last_number);
  purge_reports(first, last, counts);
  counts.sessions = count("SELECT count(*) FROM sessions WHERE id BETWEEN ? AND ?", first, last);
  if (options_.dry_run || counts.sessions == 0) return;
  write([&] { return change("DELETE FROM sessions WHERE id BETWEEN ? AND ?", first, last); });
}

/// What was reported about conversations of these sessions, and which of them took up which.
void Purge::purge_reports(std::int64_t first, std::int64_t last, PurgeCounts& counts) {
  counts.reports =
      count("SELECT count(*) FROM agent_conversations WHERE " SESSIONCORE_SQLITE_REPORTS_OF_SESSIONS, first, last);
  if (options_.dry_run) return;
  const auto links = [&] {
    return count("SELECT count(*) FROM agent_conversation_sessions WHERE session BETWEEN ? AND ?", first, last);
  };
  // The sessions lie next to each other, so that pieces can be cut along their order. A report and what leads to it go
  // together: one without the other would not be found again.
  while (links() > 0) {
    const std::int64_t end = static_cast<std::int64_t>(
        count("SELECT max(session) FROM (SELECT session FROM agent_conversation_sessions WHERE session BETWEEN ? AND ?"
              " ORDER BY session LIMIT ?)",
              first, last, limit_of(options_.rows_max)));
    write([&] {
      change("DELETE FROM agent_conversations WHERE " SESSIONCORE_SQLITE_REPORTS_OF_SESSIONS, first, end);
      return change("DELETE FROM agent_conversation_sessions WHERE session BETWEEN ? AND ?", first, end);
    });
  }
}

/// Looked for without a lock, a piece at a time, and removed by their keys.
void Purge::purge_ageing_table(const AgeingTable& table, PurgeReport& report) {
  const bool everybody = options_.tenant.empty();
  for (std::int64_t after = 0;;) {
    std::vector<std::pair<std::int64_t, TenantId>> rows;
    {
      SQLite::Statement old(database(), table.old_rows);
      Query row(old, after, cutoff_, everybody, options_.tenant, limit_of(options_.rows_max));
      while (row.next()) {
        const std::int64_t number = row.integer();
        rows.emplace_back(number, TenantId(row.text()));
      }
    }
    if (rows.empty()) return;
    after = rows.back().first;
    if (options_.dry_run) {
      for (const auto& [number, tenant] : rows) ++(report[tenant].*table.counted);
      continue;
    }
    const auto gone = write([&] {
      SQLite::Statement remove(database(), table.remove);
      PurgeReport removed;
      for (const auto& [number, tenant] : rows) {
        removed[tenant].*table.counted += static_cast<std::uint64_t>(Query(remove, number).run());
      }
      return removed;
    });
    for (const auto& [tenant, counts] : gone) report[tenant].*table.counted += counts.*table.counted;
  }
}

std::uint64_t Purge::rows_of(const char* table, ChatNumber chat) {
  return count(std::string("SELECT count(*) FROM ") + table + " WHERE id BETWEEN ? AND ?", row_id(chat, 0),
               row_id(chat, kLastNumber));
}

void Purge::delete_if_empty(const PurgePlan& plan, const PurgeCounts& goes, PurgeCounts& counts) {
  const auto is_empty = [&] {
    if (count(kIsEmpty, plan.chat, cutoff_) == 0) return false;
    const bool still_there = options_.dry_run;  // what would have been deleted
    return rows_of("decisions", plan.chat) == (still_there ? goes.decisions : 0) &&
           rows_of("messages", plan.chat) == (still_there ? goes.messages : 0) &&
           rows_of("sessions", plan.chat) == (still_there ? goes.sessions : 0);
  };
  const auto remove = [&] {
    if (!is_empty()) return false;
    for (const char* statement : kDeletedWithChat) {
      change(statement, row_id(plan.chat, 0), row_id(plan.chat, kLastNumber));
    }
    change("DELETE FROM chats WHERE chat = ?", plan.chat);
    return true;
  };
  if (!is_empty()) return;
  if (options_.dry_run || write(remove)) {
    ++counts.empty_chats;
    if (goes.decisions + goes.messages + goes.sessions + goes.reports == 0) ++counts.chats;
  }
}

Result<void> must_exist(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path)) return {};
  return Error{ErrorCode::not_found, path.string() + ": there is no such file"};
}

}  // namespace

Result<PurgeReport> purge(const std::filesystem::path& path, const PurgeOptions& options) {
  if (options.older_than < kPurgeAgeMin) {
    return Error{ErrorCode::invalid_argument,
                 "older_than: at least 7 days, because a provider may deliver younger messages again"};
  }
  if (options.rows_max == 0) return Error{ErrorCode::invalid_argument, "rows_max: at least 1"};
  if (const auto exists = must_exist(path); !exists) return exists.error();
  return guarded([&] { return Purge(path, options).run(); });
}

Result<void> vacuum(const std::filesystem::path& path) {
  if (auto exists = must_exist(path); !exists) return exists;
  return guarded([&] {
    Connection connection(path, purge_options(), Access::write_without_migration);
    require_current_version(connection.database());
    connection.database().exec("VACUUM");
    // The new content stands in the log until it is worked into the file, which then becomes shorter.
    connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

}  // namespace sessioncore::sqlite
