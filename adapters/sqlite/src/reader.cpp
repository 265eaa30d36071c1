#include "agent_conversation_rows.hpp"
#include "connection.hpp"
#include "policies.hpp"
#include "rows.hpp"
#include "search.hpp"

#include <algorithm>
#include <new>

#include <sqlite3.h>

#include <sessioncore/sqlite/reader.hpp>

namespace sessioncore::sqlite {
namespace {

#define CHAT_COLUMNS \
  SESSIONCORE_SQLITE_FACTS ", state, last_message_at_ms, last_message_preview, message_count, updated_at_ms"

// S10 and R27 as conditions on the columns; `view_of` in the core says the same about the state. The numbers are those
// of Phase: none 0, waiting 1, ai 2, queued 3, human 4, resolved 5.
const char* condition_of(ChatMode mode) {
  switch (mode) {
    case ChatMode::all: return "1";
    case ChatMode::ai: return "(phase = 2 OR (phase IN (0, 5) AND closed = 0))";
    case ChatMode::human: return "phase IN (1, 3, 4)";
    case ChatMode::closed: return "(phase IN (0, 5) AND closed = 1)";
    case ChatMode::queued: return "phase = 3";
  }
  return "0";
}

std::string list_query(const char* columns, ChatMode mode, const char* rest) {
  return std::string("SELECT ") + columns + " FROM chats WHERE tenant = ? AND " + condition_of(mode) +
         " AND (? OR instr(folded(contact_name), ?) > 0 OR contact_phone LIKE ? ESCAPE '\\')" + rest;
}

constexpr char kStats[] =
    "SELECT count(*), ifnull(sum(phase = 2), 0), ifnull(sum(phase IN (1, 3, 4)), 0), ifnull(sum(closed), 0),"
    " ifnull(sum(phase = 1), 0), ifnull(sum(phase = 3), 0), ifnull(sum(message_count), 0)"
    " FROM chats WHERE tenant = ?";

ChatRow read_chat(Query& row) {
  ChatRow chat;
  chat.facts = read_facts(row);
  chat.state = read_state(row, chat.facts.id);
  chat.view = view_of(chat.state);
  chat.last_message_at = row.instant();
  chat.last_message_preview = row.text();
  chat.message_count = row.number<std::uint32_t>();
  chat.updated_at = row.instant();
  return chat;
}

SessionRow read_session_row(Query& row) {
  SessionRow session{read_session(row), {}};
  session.updated_at = row.instant();
  return session;
}

/// `folded` for SQLite. Called from C: what is thrown must not leave it.
void fold_value(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
  try {
    const std::string result = folded(text == nullptr ? std::string_view() : std::string_view(text, size));
    sqlite3_result_text(context, result.data(), static_cast<int>(result.size()), SQLITE_TRANSIENT);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

/// The rows of the chat that is bound first (rows.hpp).
#define OF_CHAT(id) id " BETWEEN ?1 << 32 AND (?1 << 32 | 4294967295)"

#define LINKED_CONVERSATIONS                                   \
  " FROM agent_conversation_sessions JOIN agent_conversations" \
  " USING (conversation_id) WHERE " OF_CHAT("session")

/// Of a conversation that a session has taken up, the tenant is the chat's; else it is the agent's.
constexpr char kFindAgentConversation[] =
    "SELECT session, id, " SESSIONCORE_SQLITE_AGENT_CONVERSATION
    ", transcript FROM (SELECT link.session, chats.id, ifnull(chats.tenant, report.tenant) AS tenant, conversation_id,"
    " agent_id, status, call_successful, summary, termination_reason, started_at_ms, duration_seconds, told_at_ms,"
    " received_at_ms, transcript FROM agent_conversations AS report"
    " LEFT JOIN agent_conversation_sessions AS link USING (conversation_id)"
    " LEFT JOIN chats ON chats.chat = link.session >> 32 WHERE conversation_id = ?) WHERE tenant = ?";

}  // namespace

struct SqliteReader::Impl {
  Impl(const std::filesystem::path& path, const Options& options)
      : connection(path, options, Access::read), policies(connection.database()) {
    connection.database().createFunction("folded", 1, true, nullptr, &fold_value);
  }

  SQLite::Database& database() { return connection.database(); }

  /// A chat of the tenant; empty if it has no such chat.
  std::optional<ChatNumber> number_of(const TenantId& tenant, const ChatId& chat) {
    Query row(find_number, chat, tenant);
    return row.next() ? std::optional(row.integer()) : std::nullopt;
  }

  std::uint64_t count(SQLite::Statement& statement, ChatNumber chat) {
    Query row(statement, chat);
    (void)row.next();
    return row.number<std::uint64_t>();
  }

  /// One row of a chat of the tenant.
  template <class Row, class Read>
  Result<std::optional<Row>> one(const TenantId& tenant, const ChatId& chat, std::uint32_t number,
                                 SQLite::Statement& read_row, Read read) {
    return guarded([&]() -> std::optional<Row> {
      const auto chat_number = number_of(tenant, chat);
      if (!chat_number) return std::nullopt;
      Query row(read_row, row_id(*chat_number, number));
      return row.next() ? std::optional<Row>(read(row)) : std::nullopt;
    });
  }

  /// A page of the rows of a chat, the latest first.
  template <class Row, class Read>
  Result<std::optional<Page<Row>>> page(const TenantId& tenant, const ChatId& chat, PageRequest request,
                                        SQLite::Statement& count_rows, SQLite::Statement& read_rows, Read read) {
    return guarded([&]() -> std::optional<Page<Row>> {
      SQLite::Transaction one_state(database(), SQLite::TransactionBehavior::DEFERRED);
      const auto number = number_of(tenant, chat);
      if (!number) return std::nullopt;
      Page<Row> result;
      result.total = count(count_rows, *number);
      Query row(read_rows, *number, limit_of(request.limit), offset_of(request.page, request.limit));
      while (row.next()) result.rows.push_back(read(row));
      return result;
    });
  }

  Connection connection;
  PolicyReader policies;
  SQLite::Statement find_number{database(), "SELECT chat FROM chats WHERE id = ? AND tenant = ?"};
  SQLite::Statement find_chat{database(), "SELECT " CHAT_COLUMNS " FROM chats WHERE id = ? AND tenant = ?"};
  SQLite::Statement stats{database(), kStats};
  SQLite::Statement message{database(), "SELECT " SESSIONCORE_SQLITE_MESSAGE " FROM messages WHERE id = ?"};
  SQLite::Statement count_messages{database(), "SELECT count(*) FROM messages WHERE " OF_CHAT("id")};
  SQLite::Statement messages{database(), "SELECT " SESSIONCORE_SQLITE_MESSAGE
                                         " FROM messages WHERE chat = ? ORDER BY " SESSIONCORE_SQLITE_LATEST_FIRST
                                         " LIMIT ? OFFSET ?"};
  SQLite::Statement session{database(),
                            "SELECT " SESSIONCORE_SQLITE_SESSION ", updated_at_ms FROM sessions WHERE id = ?"};
  SQLite::Statement count_sessions{database(), "SELECT count(*) FROM sessions WHERE " OF_CHAT("id")};
  SQLite::Statement sessions{database(),
                             "SELECT " SESSIONCORE_SQLITE_SESSION ", updated_at_ms FROM sessions WHERE " OF_CHAT(
                                 "id") " ORDER BY started_at_ms DESC, id DESC LIMIT ? OFFSET ?"};
  SQLite::Statement count_decisions{database(), "SELECT count(*) FROM decisions WHERE " OF_CHAT("id")};
  SQLite::Statement decisions{database(), "SELECT " SESSIONCORE_SQLITE_DECISION ", id FROM decisions WHERE " OF_CHAT(
                                              "id") " ORDER BY id DESC LIMIT ? OFFSET ?"};
  SQLite::Statement count_agent_conversations{database(), "SELECT count(*)" LINKED_CONVERSATIONS};
  SQLite::Statement agent_conversations{database(),
                                        "SELECT session, " SESSIONCORE_SQLITE_AGENT_CONVERSATION LINKED_CONVERSATIONS
                                        " ORDER BY session DESC, row DESC"
                                        " LIMIT ? OFFSET ?"};
  SQLite::Statement agent_conversation{database(), kFindAgentConversation};
};

SqliteReader::SqliteReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteReader::~SqliteReader() = default;

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::filesystem::path& path, const Options& options) {
  return guarded(
      [&] { return std::unique_ptr<SqliteReader>(new SqliteReader(std::make_unique<Impl>(path, options))); });
}

Result<Page<ChatRow>> SqliteReader::list_chats(const TenantId& tenant, const ChatFilter& filter, PageRequest page) {
  return guarded([&] {
    SQLite::Transaction one_state(impl_->database(), SQLite::TransactionBehavior::DEFERRED);
    const bool everybody = filter.search.empty();
    const std::string name = folded(filter.search);
    const std::string phone = phone_pattern(filter.search);
    Page<ChatRow> result;
    SQLite::Statement count(impl_->database(), list_query("count(*)", filter.mode, ""));
    Query counted(count, tenant, everybody, name, phone);
    (void)counted.next();
    result.total = counted.number<std::uint64_t>();
    SQLite::Statement list(impl_->database(), list_query(CHAT_COLUMNS, filter.mode,
                                                         " ORDER BY last_message_at_ms DESC, chat DESC"
                                                         " LIMIT ? OFFSET ?"));
    Query row(list, tenant, everybody, name, phone, limit_of(page.limit), offset_of(page.page, page.limit));
    while (row.next()) result.rows.push_back(read_chat(row));
    return result;
  });
}

Result<std::optional<ChatRow>> SqliteReader::chat(const TenantId& tenant, const ChatId& chat) {
  return guarded([&]() -> std::optional<ChatRow> {
    Query row(impl_->find_chat, chat, tenant);
    if (!row.next()) return std::nullopt;
    return read_chat(row);
  });
}

Result<std::optional<StoredMessage>> SqliteReader::message(const TenantId& tenant, const ChatId& chat,
                                                           MessageNumber number) {
  return impl_->one<StoredMessage>(tenant, chat, number, impl_->message, read_message);
}

Result<std::optional<SessionRow>> SqliteReader::session(const TenantId& tenant, const ChatId& chat,
                                                        SessionNumber number) {
  return impl_->one<SessionRow>(tenant, chat, number, impl_->session, read_session_row);
}

Result<std::optional<Page<StoredMessage>>> SqliteReader::messages(const TenantId& tenant, const ChatId& chat,
                                                                  PageRequest page) {
  auto result = impl_->page<StoredMessage>(tenant, chat, page, impl_->count_messages, impl_->messages, read_message);
  if (result && *result) std::reverse((*result)->rows.begin(), (*result)->rows.end());
  return result;
}

Result<std::optional<Page<SessionRow>>> SqliteReader::sessions(const TenantId& tenant, const ChatId& chat,
                                                               PageRequest page) {
  return impl_->page<SessionRow>(tenant, chat, page, impl_->count_sessions, impl_->sessions, read_session_row);
}

Result<std::optional<Page<DecisionRow>>> SqliteReader::decisions(const TenantId& tenant, const ChatId& chat,
                                                                 PageRequest page) {
  const auto read = [this](Query& row) {
    DecisionRow decision{read_decision(row), 0};
    decision.policy = impl_->policies.policy(row.integer());
    decision.number = number_of(row.integer());
    return decision;
  };
  auto result = impl_->page<DecisionRow>(tenant, chat, page, impl_->count_decisions, impl_->decisions, read);
  if (result && *result) std::reverse((*result)->rows.begin(), (*result)->rows.end());
  return result;
}

Result<std::optional<Page<AgentConversationRow>>> SqliteReader::agent_conversations(const TenantId& tenant,
                                                                                    const ChatId& chat,
                                                                                    PageRequest page) {
  const auto read = [&](Query& row) {
    AgentConversationRow found;
    found.chat = chat;
    found.session = number_of(row.integer());
    read_agent_conversation(row, found);
    found.tenant = tenant;
    return found;
  };
  return impl_->page<AgentConversationRow>(tenant, chat, page, impl_->count_agent_conversations,
                                           impl_->agent_conversations, read);
}

Result<std::optional<AgentConversationRow>> SqliteReader::agent_conversation(const TenantId& tenant,
                                                                             const std::string& conversation_id) {
  return guarded([&]() -> std::optional<AgentConversationRow> {
    Query row(impl_->agent_conversation, conversation_id, tenant);
    if (tenant.empty() || !row.next()) return std::nullopt;
    AgentConversationRow found;
    found.session = row.optional<std::uint32_t>([&] { return number_of(row.integer()); }).value_or(0);
    found.chat = row.optional<ChatId>([&] { return ChatId(row.text()); });
    read_agent_conversation(row, found);
    found.transcript = row.optional<std::string>([&] { return row.text(); });
    return found;
  });
}

Result<Stats> SqliteReader::stats(const TenantId& tenant) {
  return guarded([&] {
    Query row(impl_->stats, tenant);
    (void)row.next();
    Stats stats;
    stats.total_chats = row.number<std::uint64_t>();
    stats.ai_chats = row.number<std::uint64_t>();
    stats.human_chats = row.number<std::uint64_t>();
    stats.closed_chats = row.number<std::uint64_t>();
    stats.waiting_chats = row.number<std::uint64_t>();
    stats.queued_chats = row.number<std::uint64_t>();
    stats.total_messages = row.number<std::uint64_t>();
    return stats;
  });
}

}  // namespace sessioncore::sqlite
