#include "purge_plan.hpp"

#include "origins.hpp"

#include <algorithm>

namespace sessioncore::sqlite {
namespace {

constexpr char kFirstKeptSession[] =
    "SELECT id, started_at_ms FROM sessions WHERE id BETWEEN ? AND ?"
    " AND (phase <> 5 OR ifnull(resolved_at_ms, updated_at_ms) >= ?) ORDER BY id LIMIT 1";
constexpr char kFirstKeptDecision[] =
    "SELECT id FROM decisions WHERE id BETWEEN ? AND ? AND at_ms >= ? ORDER BY id LIMIT 1";

/// The state names what is unanswered or under way: these messages stay. Of a send that is over, and whose echo may
/// still come, it needs no text.
std::string needed_by(const Conversation& state) {
  std::string numbers = "[";
  const auto add = [&](MessageNumber number) {
    if (numbers.size() > 1) numbers += ',';
    numbers += std::to_string(number);
  };
  for (const PendingMessage& message : state.pending) add(message.number);
  for (const Send& send : state.sends) {
    if (send.stage != SendStage::unconfirmed) add(send.message);
  }
  return numbers + "]";
}

/// The log is to begin at decision `end`.
void move_origin(SQLite::Database& database, PolicyReader& policies, PurgePlan& plan, std::uint64_t end,
                 bool drop_unprovable) {
  Replay replay(plan.origin);
  SQLite::Statement read(
      database, "SELECT " SESSIONCORE_SQLITE_DECISION ", id FROM decisions WHERE id BETWEEN ? AND ? ORDER BY id");
  const auto first = static_cast<std::uint32_t>(plan.former_origin);
  Query row(read, row_id(plan.chat, first), row_id(plan.chat, static_cast<std::uint32_t>(end - 1)));
  while (row.next()) {
    Decision decision = read_decision(row);
    decision.policy = policies.policy(row.integer());
    replay.add(number_of(row.integer()), decision);
  }
  plan.unprovable = replay.difference().has_value();
  if (plan.unprovable && !drop_unprovable) return;
  plan.origin = {end, replay.state()};
}

}  // namespace

PurgePlan plan_purge(SQLite::Database& database, PolicyReader& policies, ChatNumber chat, Instant cutoff,
                     bool drop_unprovable) {
  SQLite::Transaction one_state(database, SQLite::TransactionBehavior::DEFERRED);
  PurgePlan plan;
  plan.chat = chat;
  plan.limit = cutoff;
  std::uint64_t decision_count = 0;
  Conversation state;
  {
    SQLite::Statement read(database, "SELECT id, decision_count, state FROM chats WHERE chat = ?");
    Query row(read, chat);
    if (!row.next()) return plan;
    const ChatId id(row.text());
    decision_count = row.number<std::uint64_t>();
    state = read_state(row, id);
  }
  plan.needed_messages = needed_by(state);
  {
    SQLite::Statement read(database, kFirstKeptSession);
    Query row(read, row_id(chat, 0), row_id(chat, kLastNumber), cutoff);
    if (row.next()) {
      plan.first_kept = number_of(row.integer());
      plan.limit = std::min(plan.limit, row.instant());
    }
  }
  plan.origin = read_origin(database, chat);
  plan.former_origin = plan.origin.decision;
  std::uint64_t end = decision_count;
  {
    SQLite::Statement read(database, kFirstKeptDecision);
    Query row(read, row_id(chat, static_cast<std::uint32_t>(plan.former_origin)), row_id(chat, kLastNumber),
              plan.limit);
    if (row.next()) end = number_of(row.integer());
  }
  if (end > plan.former_origin && end == decision_count) {
    plan.origin = {end, state};
  } else if (end > plan.former_origin) {
    move_origin(database, policies, plan, end, drop_unprovable);
  }
  const Conversation& then = plan.origin.state;
  plan.last_over = phase_of(then) == Phase::resolved ? then.session.number : std::max(then.session.number, 1U) - 1;
  return plan;
}

}  // namespace sessioncore::sqlite
