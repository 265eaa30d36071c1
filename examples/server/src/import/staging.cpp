#include "import/staging.hpp"

#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

namespace sessioncore::server::importing {

namespace {

SQLite::Database temporary() {
  // The empty name: a file of its own that SQLite removes by itself.
  SQLite::Database database("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA journal_mode = OFF");
  database.exec("PRAGMA synchronous = OFF");
  database.exec("PRAGMA cache_size = -65536");
  database.exec("CREATE TABLE lines (chat TEXT, kind INTEGER, at_ms INTEGER, id TEXT, number INTEGER, text TEXT)");
  database.exec("CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID");
  database.exec("BEGIN");
  return database;
}

void visit_rows(SQLite::Statement& rows, const std::function<void(const StagedLine&)>& visit) {
  StagedLine line;
  while (rows.executeStep()) {
    line.id = rows.getColumn(0).getString();
    line.number = static_cast<std::uint64_t>(rows.getColumn(1).getInt64());
    line.text = rows.getColumn(2).getString();
    visit(line);
  }
  rows.reset();
}

}  // namespace

struct Staging::Impl {
  SQLite::Database database = temporary();
  SQLite::Statement add{database, "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)"};
  SQLite::Statement claim{database, "INSERT OR IGNORE INTO names VALUES (?)"};
  // Made once there is an index to read by.
  std::optional<SQLite::Statement> of_chat;
  std::optional<SQLite::Statement> count;
};

Staging::Staging() : impl_(std::make_unique<Impl>()) {}
Staging::~Staging() = default;

void Staging::add(Kind kind, const std::string& chat, Instant at, const std::string& id, std::uint64_t number,
                  const std::string& text) {
  SQLite::Statement& add = impl_->add;
  add.bindNoCopy(1, chat);
  add.bind(2, static_cast<int>(kind));
  add.bind(3, at.ms);
  add.bindNoCopy(4, id);
  add.bind(5, static_cast<std::int64_t>(number));
  add.bindNoCopy(6, text);
  add.exec();
  add.reset();
}

void Staging::sort() {
  impl_->database.exec("CREATE INDEX lines_in_order ON lines (kind, chat, at_ms, id, number)");
  impl_->of_chat.emplace(impl_->database,
                         "SELECT id, number, text FROM lines WHERE kind = ? AND chat = ? ORDER BY at_ms, id, number");
  impl_->count.emplace(impl_->database, "SELECT count(*) FROM lines WHERE kind = ? AND chat = ?");
}

void Staging::each_chat(const std::function<void(const StagedLine&)>& visit) {
  SQLite::Statement rows(impl_->database, "SELECT id, number, text FROM lines WHERE kind = 0 ORDER BY chat, number");
  visit_rows(rows, visit);
}

void Staging::each_of(Kind kind, const std::string& chat, const std::function<void(const StagedLine&)>& visit) {
  impl_->of_chat->bind(1, static_cast<int>(kind));
  impl_->of_chat->bind(2, chat);
  visit_rows(*impl_->of_chat, visit);
}

std::uint64_t Staging::count_of(Kind kind, const std::string& chat) {
  SQLite::Statement& count = *impl_->count;
  count.bind(1, static_cast<int>(kind));
  count.bind(2, chat);
  (void)count.executeStep();
  const auto counted = static_cast<std::uint64_t>(count.getColumn(0).getInt64());
  count.reset();
  return counted;
}

void Staging::each_orphan(Kind kind, const std::function<void(const StagedLine&)>& visit) {
  SQLite::Statement rows(impl_->database,
                         "SELECT id, number, '' FROM lines AS line WHERE kind = ? AND NOT EXISTS"
                         " (SELECT 1 FROM lines WHERE kind = 0 AND chat = line.chat) ORDER BY number");
  rows.bind(1, static_cast<int>(kind));
  visit_rows(rows, visit);
}

bool Staging::claim(const std::string& name) {
  impl_->claim.bind(1, name);
  const bool first = impl_->claim.exec() == 1;
  impl_->claim.reset();
  return first;
}

}  // namespace sessioncore::server::importing
