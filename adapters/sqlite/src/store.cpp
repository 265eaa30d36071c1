#include "connection.hpp"
#include "log_keeper.hpp"
#include "policies.hpp"
#include "rows.hpp"
#include "writer.hpp"

#include <algorithm>

#include <sqlite3.h>

#include <sessioncore/sqlite/store.hpp>

namespace sessioncore::sqlite {

struct SqliteStore::Impl {
  Impl(const std::filesystem::path& path, const Options& options)
      : connection(path, options, Access::write),
        log(database(), options.checkpoint_pages),
        writer(database(), options.preview_chars),
        policies(database()) {}

  SQLite::Database& database() { return connection.database(); }

  /// The number of a chat in the file; empty if there is no such chat.
  std::optional<ChatNumber> number_of(const ChatId& chat) {
    Query row(find_number, chat);
    return row.next() ? std::optional(row.integer()) : std::nullopt;
  }

  Connection connection;
  LogKeeper log;
  Writer writer;
  PolicyReader policies;
  SQLite::Statement find_number{database(), "SELECT chat FROM chats WHERE id = ?"};
  SQLite::Statement find_chat{database(), "SELECT id FROM chats WHERE tenant = ? AND channel = ? AND external_id = ?"};
  SQLite::Statement load{database(), "SELECT " SESSIONCORE_SQLITE_FACTS ", state FROM chats WHERE id = ?"};
  SQLite::Statement find_message{database(),
                                 "SELECT id FROM messages WHERE chat = (SELECT chat FROM chats WHERE id = ?)"
                                 " AND provider_id = ?"};
  SQLite::Statement due{database(),
                        "SELECT id FROM chats WHERE next_deadline_ms <= ? ORDER BY next_deadline_ms, chat LIMIT ?"};
  SQLite::Statement next_deadline{database(),
                                  "SELECT min(next_deadline_ms) FROM chats WHERE next_deadline_ms IS NOT NULL"};
  SQLite::Statement recoverable{database(),
                                "SELECT id FROM chats WHERE needs_recovery = 1 AND id > ? ORDER BY id LIMIT ?"};
  SQLite::Statement message{database(), "SELECT " SESSIONCORE_SQLITE_MESSAGE " FROM messages WHERE id = ?"};
  SQLite::Statement latest_messages{database(), "SELECT " SESSIONCORE_SQLITE_MESSAGE
                                                " FROM messages WHERE chat = ? AND session = ?"
                                                " ORDER BY " SESSIONCORE_SQLITE_LATEST_FIRST " LIMIT ?"};
  SQLite::Statement decisions{
      database(), "SELECT " SESSIONCORE_SQLITE_DECISION " FROM decisions WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"};
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& path, const Options& options) {
  return guarded([&] { return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Impl>(path, options))); });
}

Result<void> SqliteStore::commit(std::span<const Commit> batch) {
  if (batch.empty()) return {};
  auto stored = guarded([&] {
    // IMMEDIATE: a transaction that reads first and wants to write later fails at once if another one has written.
    SQLite::Transaction transaction(impl_->database(), SQLite::TransactionBehavior::IMMEDIATE);
    impl_->writer.store(batch);
    transaction.commit();
  });
  if (!stored) {
    impl_->writer.forget();
    return stored;
  }
  impl_->log.tidy();
  return stored;
}

Result<std::optional<ChatId>> SqliteStore::find_chat(const ChatKey& key) {
  return guarded([&]() -> std::optional<ChatId> {
    Query row(impl_->find_chat, key.tenant, key.channel, key.external_id);
    if (!row.next()) return std::nullopt;
    return ChatId(row.text());
  });
}

Result<std::optional<StoredChat>> SqliteStore::load(const ChatId& chat) {
  return guarded([&]() -> std::optional<StoredChat> {
    Query row(impl_->load, chat);
    if (!row.next()) return std::nullopt;
    StoredChat stored;
    stored.facts = read_facts(row);
    stored.state = read_state(row, chat);
    return stored;
  });
}

Result<std::optional<MessageNumber>> SqliteStore::find_message(const ChatId& chat, const ProviderMessageId& id) {
  return guarded([&]() -> std::optional<MessageNumber> {
    Query row(impl_->find_message, chat, id);
    if (!row.next()) return std::nullopt;
    return sqlite::number_of(row.integer());
  });
}

Result<std::vector<ChatId>> SqliteStore::due(Instant now, std::size_t max) {
  return guarded([&] {
    std::vector<ChatId> ids;
    Query row(impl_->due, now, limit_of(max));
    while (row.next()) ids.emplace_back(row.text());
    return ids;
  });
}

Result<std::optional<Instant>> SqliteStore::next_deadline() {
  return guarded([&] {
    Query row(impl_->next_deadline);
    (void)row.next();
    return row.optional_instant();
  });
}

Result<std::vector<ChatId>> SqliteStore::recoverable(const ChatId& after, std::size_t max) {
  return guarded([&] {
    std::vector<ChatId> ids;
    Query row(impl_->recoverable, after, limit_of(max));
    while (row.next()) ids.emplace_back(row.text());
    return ids;
  });
}

Result<std::vector<StoredMessage>> SqliteStore::messages(const ChatId& chat, std::span<const MessageNumber> numbers) {
  return guarded([&] {
    std::vector<StoredMessage> found;
    const auto chat_number = impl_->number_of(chat);
    if (!chat_number) return found;
    for (const MessageNumber number : numbers) {
      Query row(impl_->message, row_id(*chat_number, number));
      if (row.next()) found.push_back(read_message(row));
    }
    return found;
  });
}

Result<std::vector<StoredMessage>> SqliteStore::latest_messages(const ChatId& chat, SessionNumber session,
                                                                std::size_t max) {
  return guarded([&] {
    std::vector<StoredMessage> latest;
    const auto number = impl_->number_of(chat);
    if (!number) return latest;
    Query row(impl_->latest_messages, *number, session, limit_of(max));
    while (row.next()) latest.push_back(read_message(row));
    std::reverse(latest.begin(), latest.end());
    return latest;
  });
}

Result<std::vector<Decision>> SqliteStore::decisions(const ChatId& chat, std::uint64_t from, std::size_t max) {
  return guarded([&] {
    std::vector<Decision> found;
    const auto number = impl_->number_of(chat);
    if (!number || from > kLastNumber) return found;
    Query row(impl_->decisions, row_id(*number, static_cast<std::uint32_t>(from)), row_id(*number, kLastNumber),
              limit_of(max));
    while (row.next()) {
      found.push_back(read_decision(row));
      found.back().policy = impl_->policies.policy(row.integer());
    }
    return found;
  });
}

}  // namespace sessioncore::sqlite
