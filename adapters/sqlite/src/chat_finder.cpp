#include "connection.hpp"
#include "rows.hpp"

#include <sessioncore/sqlite/chat_finder.hpp>

namespace sessioncore::sqlite {

struct ChatFinder::Impl {
  Impl(const std::filesystem::path& path, const Options& options) : connection(path, options, Access::read) {}

  SQLite::Database& database() { return connection.database(); }

  Connection connection;
  SQLite::Statement with_phone{database(),
                               "SELECT id FROM chats INDEXED BY chats_by_phone WHERE tenant = ? AND contact_phone = ?"
                               " AND id > ? ORDER BY id LIMIT ?"};
  // Two ranges of the index: an inequality would read all chats of the tenant.
  SQLite::Statement not_of_account{
      database(), "SELECT * FROM (SELECT " SESSIONCORE_SQLITE_FACTS
                  " FROM chats INDEXED BY chats_by_account WHERE tenant = ?1 AND account < ?2 LIMIT ?3)"
                  " UNION ALL SELECT * FROM (SELECT " SESSIONCORE_SQLITE_FACTS
                  " FROM chats INDEXED BY chats_by_account WHERE tenant = ?1 AND account > ?2 LIMIT ?3) LIMIT ?3"};
  SQLite::Statement unfinished{database(), "SELECT " SESSIONCORE_SQLITE_FACTS
                                           ", state FROM chats INDEXED BY chats_recoverable"
                                           " WHERE needs_recovery = 1 AND tenant = ? AND id > ? ORDER BY id LIMIT ?"};
  SQLite::Statement latest{database(),
                           "SELECT max(last_message_at_ms) FROM chats INDEXED BY chats_by_account"
                           " WHERE tenant = ? AND account = ? AND message_count > 0"};
  SQLite::Statement message{database(),
                            "SELECT (SELECT text FROM messages WHERE messages.chat = chats.chat AND provider_id = ?)"
                            " FROM chats WHERE tenant = ? AND channel = ? AND external_id = ?"};
};

ChatFinder::ChatFinder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChatFinder::~ChatFinder() = default;

Result<std::unique_ptr<ChatFinder>> ChatFinder::open(const std::filesystem::path& path, const Options& options) {
  return guarded([&] { return std::unique_ptr<ChatFinder>(new ChatFinder(std::make_unique<Impl>(path, options))); });
}

Result<std::vector<ChatId>> ChatFinder::with_phone(const TenantId& tenant, const std::string& phone,
                                                   const ChatId& after, std::size_t max) {
  return guarded([&] {
    std::vector<ChatId> chats;
    Query row(impl_->with_phone, tenant, phone, after, limit_of(max));
    while (row.next()) chats.emplace_back(row.text());
    return chats;
  });
}

Result<std::vector<ChatFacts>> ChatFinder::not_of_account(const TenantId& tenant, const AccountId& account,
                                                          std::size_t max) {
  return guarded([&] {
    std::vector<ChatFacts> chats;
    Query row(impl_->not_of_account, tenant, account, limit_of(max));
    while (row.next()) chats.push_back(read_facts(row));
    return chats;
  });
}

Result<std::vector<StoredChat>> ChatFinder::unfinished(const TenantId& tenant, const ChatId& after, std::size_t max) {
  return guarded([&] {
    std::vector<StoredChat> chats;
    Query row(impl_->unfinished, tenant, after, limit_of(max));
    while (row.next()) {
      StoredChat chat{read_facts(row), {}};
      chat.state = read_state(row, chat.facts.id);
      chats.push_back(std::move(chat));
    }
    return chats;
  });
}

Result<std::optional<Instant>> ChatFinder::latest_message(const TenantId& tenant, const AccountId& account) {
  return guarded([&]() -> std::optional<Instant> {
    Query row(impl_->latest, tenant, account);
    return row.next() ? row.optional_instant() : std::nullopt;
  });
}

Result<ChatFinder::Found> ChatFinder::message(const ChatKey& chat, const ProviderMessageId& id) {
  return guarded([&] {
    Found found;
    Query row(impl_->message, id, chat.tenant, chat.channel, chat.external_id);
    found.chat = row.next();
    if (found.chat) found.text = row.optional<std::string>([&] { return row.text(); });
    return found;
  });
}

}  // namespace sessioncore::sqlite
