#include "agent_conversation_rows.hpp"
#include "connection.hpp"

namespace sessioncore::sqlite {
namespace {

#define COLUMNS SESSIONCORE_SQLITE_AGENT_CONVERSATION ", transcript"

bool told(const std::string& text) {
  return !text.empty();
}
bool told(const TenantId& id) {
  return !id.value.empty();
}
template <class T>
bool told(const std::optional<T>& value) {
  return value.has_value();
}

template <class T>
void take(T& known, const T& reported, bool later) {
  if (told(reported) && (later || !told(known))) known = reported;
}

AgentConversation merged(AgentConversation known, const AgentConversation& report) {
  const bool later = report.told_at >= known.told_at;
  take(known.agent_id, report.agent_id, later);
  take(known.tenant, report.tenant, later);
  take(known.status, report.status, later);
  take(known.call_successful, report.call_successful, later);
  take(known.summary, report.summary, later);
  take(known.termination_reason, report.termination_reason, later);
  take(known.started_at, report.started_at, later);
  take(known.duration_seconds, report.duration_seconds, later);
  take(known.transcript, report.transcript, later);
  if (later) known.told_at = report.told_at;
  return known;
}

}  // namespace

void read_agent_conversation(Query& row, AgentConversation& into) {
  into.conversation_id = row.text();
  into.agent_id = row.text();
  into.tenant = TenantId(row.text());
  into.status = row.text();
  into.call_successful = row.text();
  into.summary = row.text();
  into.termination_reason = row.text();
  into.started_at = row.optional_instant();
  into.duration_seconds = row.optional<std::int64_t>([&] { return row.integer(); });
  into.told_at = row.instant();
  into.received_at = row.instant();
}

struct SqliteAgentConversations::Impl {
  Impl(const std::filesystem::path& path, const Options& options) : connection(path, options, Access::write) {}

  SQLite::Database& database() { return connection.database(); }

  std::optional<AgentConversation> find(const std::string& conversation_id) {
    Query row(find_one, conversation_id);
    if (!row.next()) return std::nullopt;
    AgentConversation found;
    read_agent_conversation(row, found);
    found.transcript = row.optional<std::string>([&] { return row.text(); });
    return found;
  }

  Reported store(const AgentConversation& report) {
    SQLite::Transaction transaction(database(), SQLite::TransactionBehavior::IMMEDIATE);
    const auto known = find(report.conversation_id);
    const AgentConversation next = known ? merged(*known, report) : report;
    if (known == next) return Reported::unchanged;
    Query(put, next.conversation_id, next.agent_id, next.tenant, next.status, next.call_successful, next.summary,
          next.termination_reason, next.started_at, next.duration_seconds, next.told_at, next.received_at,
          next.transcript)
        .run();
    transaction.commit();
    return known ? Reported::updated : Reported::added;
  }

  Connection connection;
  SQLite::Statement find_one{database(), "SELECT " COLUMNS " FROM agent_conversations WHERE conversation_id = ?"};
  SQLite::Statement put{
      database(), "INSERT INTO agent_conversations (" COLUMNS
                  ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (conversation_id) DO UPDATE SET agent_id = excluded.agent_id, tenant = excluded.tenant,"
                  " status = excluded.status, call_successful = excluded.call_successful, summary = excluded.summary,"
                  " termination_reason = excluded.termination_reason, started_at_ms = excluded.started_at_ms,"
                  " duration_seconds = excluded.duration_seconds, told_at_ms = excluded.told_at_ms,"
                  " transcript = excluded.transcript"};
};

SqliteAgentConversations::SqliteAgentConversations(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteAgentConversations::~SqliteAgentConversations() = default;

Result<std::unique_ptr<SqliteAgentConversations>> SqliteAgentConversations::open(const std::filesystem::path& path,
                                                                                 const Options& options) {
  return guarded([&] {
    return std::unique_ptr<SqliteAgentConversations>(
        new SqliteAgentConversations(std::make_unique<Impl>(path, options)));
  });
}

Result<Reported> SqliteAgentConversations::store(const AgentConversation& report) {
  return guarded([&]() -> Reported {
    if (report.conversation_id.empty()) {
      throw Refused{{ErrorCode::invalid_argument, "conversation_id is empty"}};
    }
    return impl_->store(report);
  });
}

}  // namespace sessioncore::sqlite
