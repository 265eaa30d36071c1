/// What a commit writes. Knows rows, not rules.
#pragma once

#include "policies.hpp"
#include "rows.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/importer.hpp>

namespace sessioncore::sqlite {

class Writer {
 public:
  Writer(SQLite::Database& database, std::size_t preview_chars);

  /// Within one transaction; throws `Refused` and `SQLite::Exception`.
  void store(std::span<const Commit> batch);
  /// A chat with all its rows, and the state as the origin of its log. Likewise within a transaction.
  void store_imported(const ImportedChat& chat);
  /// To be called when the transaction did not commit.
  void forget() { policies_.forget(); }

 private:
  /// The commits of one chat in their order, and its row as it becomes.
  struct Chain {
    std::vector<const Commit*> commits;
    ChatNumber chat = 0;
    std::uint64_t version = 0;
    std::int64_t first_decision = 0;
    MessageNumber last_message = 0;
    std::optional<Instant> last_written;  ///< provider time of the last message; empty: there is none, or it was purged
    Instant last_message_at;
    std::optional<std::string> last_message_preview;  ///< empty: as it was
    const ChatFacts* new_facts = nullptr;
  };

  void store(Chain& chain);
  [[nodiscard]] bool find(Chain& chain);
  void follow(Chain& chain, const Commit& commit) const;
  void follow(Chain& chain, const Commit& commit, const Record& record) const;
  void follow(Chain& chain, const MessageRecorded& message) const;
  void insert_chat(Chain& chain, std::size_t decisions);
  void update_chat(const Chain& chain);
  void store_record(ChatNumber chat, Instant at, const MessageRecorded& message);
  void store_record(ChatNumber chat, Instant at, const MessageUpdated& message);
  void store_record(ChatNumber chat, Instant at, const SessionChanged& session);
  void store_decision(ChatNumber chat, std::int64_t number, const Decision& decision);
  void store_notifications(const Commit& commit);

  [[nodiscard]] bool is_purged(ChatNumber chat, MessageNumber number);

  SQLite::Database& database_;
  std::size_t preview_chars_;
  PolicyWriter policies_;
  SQLite::Statement find_chat_;
  SQLite::Statement insert_chat_;
  SQLite::Statement update_chat_;
  SQLite::Statement update_facts_;
  SQLite::Statement insert_message_;
  SQLite::Statement update_message_;
  SQLite::Statement identify_message_;
  SQLite::Statement put_session_;
  SQLite::Statement insert_decision_;
  SQLite::Statement insert_origin_;
  SQLite::Statement insert_notification_;
};

}  // namespace sessioncore::sqlite
