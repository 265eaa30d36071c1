#include "connection.hpp"
#include "query.hpp"
#include "rows.hpp"

#include <sessioncore/json.hpp>
#include <sessioncore/sqlite/census.hpp>

namespace sessioncore::sqlite {
namespace {

void count_phases(SQLite::Database& database, Census& census) {
  SQLite::Statement phases(database, "SELECT phase, closed, count(*) FROM chats GROUP BY phase, closed");
  Query row(phases);
  while (row.next()) {
    const auto phase = row.number<std::size_t>();
    const bool closed = row.integer() != 0;
    const auto count = row.number<std::uint64_t>();
    if (closed) {
      census.closed += count;
    } else {
      census.chats.at(phase) += count;
    }
  }
}

bool is_asked(const Conversation& state) {
  const auto asked = [](const AgentWork& work) { return work.turn && work.turn->stage == TurnStage::asked; };
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) return asked(ai->work);
  const auto* queued = std::get_if<Queued>(&state.phase);
  return queued != nullptr && asked(queued->work);
}

// A link that is not closed has a deadline, and a question is asked on one that is ready: the index leads past all
// chats that rest. A link that is closed leaves its stage out of the stored text: only the others are read as a whole.
// What cannot be read is left out: whoever needs the chat hears of it, and the others are counted all the same.
void count_links(SQLite::Database& database, Census& census) {
  SQLite::Statement states(database,
                           "SELECT state FROM chats WHERE next_deadline_ms IS NOT NULL"
                           " AND CASE WHEN json_valid(state) THEN json_extract(state, '$.link.stage') END IS NOT NULL");
  Query row(states);
  while (row.next()) {
    const auto state = json::read_conversation(row.text());
    if (!state) continue;
    ++census.links.at(static_cast<std::size_t>(state->link.stage));
    if (is_asked(*state)) ++census.asked_turns;
  }
}

}  // namespace

Result<Census> take_census(const std::filesystem::path& path, const Options& options) {
  return guarded([&] {
    Connection connection(path, options, Access::read);
    SQLite::Transaction one_state(connection.database(), SQLite::TransactionBehavior::DEFERRED);
    Census census;
    count_phases(connection.database(), census);
    count_links(connection.database(), census);
    return census;
  });
}

}  // namespace sessioncore::sqlite
