/// What the agent's service reports about a conversation once it is over, for people who look at chats.
///
/// One row for each conversation. The session it belongs to is found through the id that the session took up, whichever
/// of the two is stored first; reading is done by `SqliteReader`.
/// Thread rule: one thread at a time; give each thread its own object.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

/// What the service did not tell is empty.
struct AgentConversation {
  std::string conversation_id;  ///< the service's
  std::string agent_id;         ///< the service's
  /// Whose the agent is; counts only while no session has taken up the conversation. Empty: not known.
  TenantId tenant;
  std::string status;
  std::string call_successful;
  std::string summary;
  std::string termination_reason;
  std::optional<Instant> started_at;
  std::optional<std::int64_t> duration_seconds;
  std::optional<std::string> transcript;  ///< JSON text
  Instant told_at;                        ///< when the service made its report
  Instant received_at;                    ///< of the first report
  friend bool operator==(const AgentConversation&, const AgentConversation&) = default;
};

/// Where a conversation belongs.
struct AgentConversationRow : AgentConversation {
  std::optional<ChatId> chat;  ///< empty: no session has taken it up
  std::uint32_t session = 0;   ///< within the chat
};

enum class Reported { added, updated, unchanged };

class SqliteAgentConversations {
 public:
  /// As `SqliteStore::open`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteAgentConversations>> open(const std::filesystem::path& path,
                                                                              const Options& options = {});
  ~SqliteAgentConversations();
  SqliteAgentConversations(const SqliteAgentConversations&) = delete;
  SqliteAgentConversations& operator=(const SqliteAgentConversations&) = delete;

  /// A repeated report changes nothing. A further one adds what was empty; where both say something, the one that the
  /// service made later counts. What is known is never emptied.
  [[nodiscard]] Result<Reported> store(const AgentConversation& report);

 private:
  struct Impl;
  explicit SqliteAgentConversations(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::sqlite
