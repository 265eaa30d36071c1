#include "chat_columns.hpp"
#include "connection.hpp"
#include "origins.hpp"
#include "policies.hpp"
#include "rows.hpp"

#include <algorithm>

#include <sessioncore/json.hpp>
#include <sessioncore/sqlite/log.hpp>

namespace sessioncore::sqlite {
namespace {

constexpr std::size_t kPhoneDigitsMin = 7;

/// The digits of a phone number without leading zeros, or nothing if it is too short to be one.
std::string phone_digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (c != '0' || !digits.empty()) digits += c;
    } else if (std::string_view(" +-()./").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return digits.size() < kPhoneDigitsMin ? std::string() : digits;
}

}  // namespace

struct SqliteLog::Impl {
  Impl(const std::filesystem::path& path, const Options& options)
      : connection(path, options, Access::read), policies(connection.database()) {}

  SQLite::Database& database() { return connection.database(); }

  NumberedDecision read_numbered(Query& row) {
    NumberedDecision decision{read_decision(row), 0};
    decision.policy = policies.policy(row.integer());
    decision.number = number_of(row.integer());
    return decision;
  }

  /// A decision that cannot be read is named by the number at which it was expected.
  NumberedDecision readable(std::uint64_t expected, Query& row) {
    try {
      return read_numbered(row);
    } catch (const Refused& refused) {
      throw Refused{{refused.error.code, "decision " + std::to_string(expected) + ": " + refused.error.detail}};
    }
  }

  std::vector<StoredMessage> all_messages(ChatNumber chat) {
    std::vector<StoredMessage> all;
    Query row(messages, row_id(chat, 0), row_id(chat, kLastNumber));
    while (row.next()) all.push_back(read_message(row));
    return all;
  }
  std::vector<SessionChanged> all_sessions(ChatNumber chat) {
    std::vector<SessionChanged> all;
    Query row(sessions, row_id(chat, 0), row_id(chat, kLastNumber));
    while (row.next()) all.push_back(read_session(row));
    return all;
  }
  ReplayedChat replay(ChatNumber chat, const Conversation& state, const ChatColumns& its_row);

  Connection connection;
  PolicyReader policies;
  SQLite::Statement tenant{database(), "SELECT 1 FROM tenants WHERE id = ?"};
  SQLite::Statement find_chat{database(), "SELECT chat, " SESSIONCORE_SQLITE_FACTS ", state FROM chats WHERE id = ?"};
  SQLite::Statement columns{database(), "SELECT " SESSIONCORE_SQLITE_REPEATED " FROM chats WHERE chat = ?"};
  SQLite::Statement chats{database(), "SELECT " SESSIONCORE_SQLITE_FACTS
                                      " FROM chats WHERE id > ? AND (? OR tenant = ?) ORDER BY id LIMIT ?"};
  SQLite::Statement count{database(), "SELECT count(*) FROM chats WHERE (? OR tenant = ?)"};
  SQLite::Statement find{database(), "SELECT " SESSIONCORE_SQLITE_FACTS
                                     " FROM chats WHERE (? OR tenant = ?) AND (id = ? OR external_id = ?"
                                     " OR (? <> '' AND contact_phone LIKE '%' || ?)) ORDER BY id LIMIT ?"};
  SQLite::Statement decisions{
      database(), "SELECT " SESSIONCORE_SQLITE_DECISION ", id FROM decisions WHERE id BETWEEN ? AND ? ORDER BY id"};
  SQLite::Statement latest{database(), "SELECT " SESSIONCORE_SQLITE_DECISION
                                       ", id FROM decisions WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?"};
  SQLite::Statement count_decisions{database(), "SELECT count(*) FROM decisions WHERE id BETWEEN ? AND ?"};
  SQLite::Statement messages{database(),
                             "SELECT " SESSIONCORE_SQLITE_MESSAGE " FROM messages WHERE id BETWEEN ? AND ?"};
  SQLite::Statement sessions{database(),
                             "SELECT " SESSIONCORE_SQLITE_SESSION " FROM sessions WHERE id BETWEEN ? AND ?"};
};

SqliteLog::SqliteLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteLog::~SqliteLog() = default;

Result<std::unique_ptr<SqliteLog>> SqliteLog::open(const std::filesystem::path& path, const Options& options) {
  return guarded([&] { return std::unique_ptr<SqliteLog>(new SqliteLog(std::make_unique<Impl>(path, options))); });
}

Result<std::vector<ChatFacts>> SqliteLog::chats(const TenantId& tenant, const ChatId& after, std::size_t max) {
  return guarded([&] {
    std::vector<ChatFacts> found;
    Query row(impl_->chats, after, tenant.empty(), tenant, limit_of(max));
    while (row.next()) found.push_back(read_facts(row));
    return found;
  });
}

Result<bool> SqliteLog::has_tenant(const TenantId& tenant) {
  return guarded([&] { return Query(impl_->tenant, tenant).next(); });
}

Result<std::uint64_t> SqliteLog::count_chats(const TenantId& tenant) {
  return guarded([&] {
    Query row(impl_->count, tenant.empty(), tenant);
    (void)row.next();
    return row.number<std::uint64_t>();
  });
}

Result<std::vector<ChatFacts>> SqliteLog::find(const TenantId& tenant, const std::string& name, std::size_t max) {
  return guarded([&] {
    std::vector<ChatFacts> found;
    const std::string phone = phone_digits(name);
    Query row(impl_->find, tenant.empty(), tenant, name, name, phone, phone, limit_of(max));
    while (row.next()) found.push_back(read_facts(row));
    return found;
  });
}

Result<std::vector<Orphans>> SqliteLog::orphans() {
  return guarded([&] {
    SQLite::Statement rows(impl_->database(),
                           "SELECT chat, sum(what = 0), sum(what = 1), sum(what = 2) FROM ("
                           "SELECT id >> 32 AS chat, 0 AS what FROM messages UNION ALL"
                           " SELECT id >> 32, 1 FROM sessions UNION ALL"
                           " SELECT id >> 32, 2 FROM decisions UNION ALL"
                           " SELECT chat, 3 FROM origins)"
                           " WHERE chat NOT IN (SELECT chat FROM chats) GROUP BY chat ORDER BY chat");
    std::vector<Orphans> found;
    Query row(rows);
    while (row.next()) {
      Orphans orphans;
      orphans.chat = row.number<std::uint64_t>();
      orphans.messages = row.number<std::uint64_t>();
      orphans.sessions = row.number<std::uint64_t>();
      orphans.decisions = row.number<std::uint64_t>();
      found.push_back(orphans);
    }
    return found;
  });
}

ReplayedChat SqliteLog::Impl::replay(ChatNumber number, const Conversation& state, const ChatColumns& its_row) {
  LogOrigin origin = read_origin(database(), number);
  ReplayedChat result;
  result.first = origin.decision;
  const auto from = static_cast<std::uint32_t>(origin.decision);
  Replay replay(std::move(origin));
  {
    Query row(decisions, row_id(number, from), row_id(number, kLastNumber));
    while (row.next()) {
      const NumberedDecision decision = readable(replay.next(), row);
      replay.add(decision.number, decision);
      ++result.decisions;
    }
  }
  const auto stored = all_messages(number);
  replay.finish(state, stored, all_sessions(number));
  // What the log leads to, not what the row says: the two were compared above.
  replay.finish_chat(differing_columns(its_row, replay.state(), replay.next(), stored));
  result.difference = replay.difference();
  return result;
}

Result<std::optional<ReplayedChat>> SqliteLog::replay(const ChatId& chat) {
  return guarded([&]() -> std::optional<ReplayedChat> {
    SQLite::Transaction one_state(impl_->database(), SQLite::TransactionBehavior::DEFERRED);
    ChatNumber number = 0;
    Conversation state;
    {
      Query row(impl_->find_chat, chat);
      if (!row.next()) return std::nullopt;
      number = row.integer();
      (void)read_facts(row);
      state = read_state(row, chat);
    }
    ChatColumns its_row;
    {
      Query row(impl_->columns, number);
      if (row.next()) its_row = read_chat_columns(row);
    }
    return impl_->replay(number, state, its_row);
  });
}

Result<std::optional<ChatLog>> SqliteLog::read(const ChatId& chat, std::uint64_t latest) {
  return guarded([&]() -> std::optional<ChatLog> {
    SQLite::Transaction one_state(impl_->database(), SQLite::TransactionBehavior::DEFERRED);
    ChatLog log;
    ChatNumber number = 0;
    {
      Query row(impl_->find_chat, chat);
      if (!row.next()) return std::nullopt;
      number = row.integer();
      log.chat.facts = read_facts(row);
      log.chat.state = read_state(row, chat);
    }
    {
      Query row(impl_->count_decisions, row_id(number, 0), row_id(number, kLastNumber));
      (void)row.next();
      log.total = row.number<std::uint64_t>();
    }
    Query row(impl_->latest, row_id(number, 0), row_id(number, kLastNumber), limit_of(latest));
    while (row.next()) log.decisions.push_back(impl_->read_numbered(row));
    std::reverse(log.decisions.begin(), log.decisions.end());
    return log;
  });
}

}  // namespace sessioncore::sqlite
