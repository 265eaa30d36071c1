/// Chats, messages and sessions in the shapes of the spec (S4, S10, S11.4, R9, R26, R27).
///
/// Thread rule: any thread.
#pragma once

#include "auth/users.hpp"

#include <functional>

#include <nlohmann/json_fwd.hpp>

#include <sessioncore/sqlite/reader.hpp>

namespace sessioncore::server {

/// Looks a user up, for the fields that show one.
using FindPerson = std::function<std::optional<Person>(const UserId&)>;

[[nodiscard]] nlohmann::json view_of_chat(const sqlite::ChatRow& chat, std::size_t preview_chars,
                                          const FindPerson& find);
[[nodiscard]] nlohmann::json view_of_message(const ChatId& chat, const StoredMessage& message);
[[nodiscard]] nlohmann::json view_of_session(const TenantId& tenant, const ChatId& chat,
                                             const sqlite::SessionRow& session);
/// A report about an agent's conversation, without the transcript.
[[nodiscard]] nlohmann::json view_of_agent_conversation(const sqlite::AgentConversationRow& row);

}  // namespace sessioncore::server
