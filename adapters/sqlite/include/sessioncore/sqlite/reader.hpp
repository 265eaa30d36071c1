/// Lists and counts for people who look at chats (S9.3, S9.4, S10), on a read-only connection of its own.
///
/// Each call sees one consistent state of the file and never makes the store wait. Everything is asked for on behalf of
/// a tenant: what belongs to another one does not exist.
/// Thread rule: one thread at a time; give each thread its own reader.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/core/views.hpp>
#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/agent_conversations.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// `page` counts from 1. The caller bounds `limit`.
struct PageRequest {
  std::uint64_t page = 1;
  std::uint64_t limit = 50;
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::uint64_t total = 0;  ///< rows on all pages
};

/// Which chats: by the mode of S10, or those that wait for a human to claim them (R27; they have mode human, too).
enum class ChatMode { all, ai, human, closed, queued };

struct ChatFilter {
  ChatMode mode = ChatMode::all;
  /// Part of the contact's name (in either case, with or without marks on letters: "ayse" finds "AYŞE") or phone;
  /// spaces and punctuation in a phone are ignored.
  std::string search;
};

struct ChatRow {
  ChatFacts facts;
  Conversation state;
  ChatView view;            ///< `view_of(state)`
  Instant last_message_at;  ///< when the message written last was received; of a chat without messages: its creation
  std::string last_message_preview;
  std::uint32_t message_count = 0;
  Instant updated_at;
};

struct SessionRow : SessionChanged {
  Instant updated_at;
};

struct DecisionRow : Decision {
  std::uint64_t number = 0;  ///< within its chat, from 0
};

/// S9.3; a queued chat counts with `human_chats` (R27).
struct Stats {
  std::uint64_t total_chats = 0;
  std::uint64_t ai_chats = 0;
  std::uint64_t human_chats = 0;
  std::uint64_t closed_chats = 0;
  std::uint64_t waiting_chats = 0;
  std::uint64_t queued_chats = 0;
  std::uint64_t total_messages = 0;
  friend bool operator==(const Stats&, const Stats&) = default;
};

class SqliteReader {
 public:
  /// The file must exist and have the tables of this version.
  [[nodiscard]] static Result<std::unique_ptr<SqliteReader>> open(const std::filesystem::path& path,
                                                                  const Options& options = {});
  ~SqliteReader();
  SqliteReader(const SqliteReader&) = delete;
  SqliteReader& operator=(const SqliteReader&) = delete;

  /// By `last_message_at`, the latest first.
  [[nodiscard]] Result<Page<ChatRow>> list_chats(const TenantId& tenant, const ChatFilter& filter, PageRequest page);
  [[nodiscard]] Result<std::optional<ChatRow>> chat(const TenantId& tenant, const ChatId& chat);

  // One row of a chat; empty if the tenant has no such chat or the chat no such row.

  [[nodiscard]] Result<std::optional<StoredMessage>> message(const TenantId& tenant, const ChatId& chat,
                                                             MessageNumber number);
  [[nodiscard]] Result<std::optional<SessionRow>> session(const TenantId& tenant, const ChatId& chat,
                                                          SessionNumber number);

  // Of one chat; empty if the tenant has no such chat.

  /// In the order of their provider times, those of one time in that of their numbers (R25): page 1 holds the latest,
  /// and within a page they stand oldest first.
  [[nodiscard]] Result<std::optional<Page<StoredMessage>>> messages(const TenantId& tenant, const ChatId& chat,
                                                                    PageRequest page);
  /// The one that started last first (S9.4); of two that started together the one with the higher number.
  [[nodiscard]] Result<std::optional<Page<SessionRow>>> sessions(const TenantId& tenant, const ChatId& chat,
                                                                 PageRequest page);
  /// Page 1 holds the latest decisions; within a page they stand in the order in which they were taken.
  [[nodiscard]] Result<std::optional<Page<DecisionRow>>> decisions(const TenantId& tenant, const ChatId& chat,
                                                                   PageRequest page);

  /// What the agent's service reported, without transcripts; the latest session first.
  [[nodiscard]] Result<std::optional<Page<AgentConversationRow>>> agent_conversations(const TenantId& tenant,
                                                                                      const ChatId& chat,
                                                                                      PageRequest page);

  /// Empty if it is not the tenant's: by its chat, or by its agent while no session has taken it up.
  [[nodiscard]] Result<std::optional<AgentConversationRow>> agent_conversation(const TenantId& tenant,
                                                                               const std::string& conversation_id);

  [[nodiscard]] Result<Stats> stats(const TenantId& tenant);

 private:
  struct Impl;
  explicit SqliteReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
