#include "origins.hpp"

#include "connection.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::sqlite {

LogOrigin read_origin(SQLite::Database& database, ChatNumber chat) {
  SQLite::Statement read(database, "SELECT decision, state FROM origins WHERE chat = ?");
  Query row(read, chat);
  if (!row.next()) return {};
  LogOrigin origin;
  origin.decision = row.number<std::uint64_t>();
  auto state = json::read_conversation(row.text());
  if (!state) throw Refused{{ErrorCode::corrupt, "the origin of a chat's log: " + state.error().detail}};
  origin.state = std::move(*state);
  return origin;
}

void write_origin(SQLite::Database& database, ChatNumber chat, const LogOrigin& origin) {
  const std::string state = json::write(origin.state);
  SQLite::Statement put(database, "INSERT OR REPLACE INTO origins (chat, decision, state) VALUES (?, ?, ?)");
  Query(put, chat, origin.decision, state).run();
}

}  // namespace sessioncore::sqlite
