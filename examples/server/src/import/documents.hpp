/// The documents of the old system (S4, S5, S15), read from one line of an export each.
///
/// The readers throw `BadField` with the field and what was expected. Thread rule: pure functions, plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/core/conversation.hpp>

namespace sessioncore::server::importing {

template <class Document>
struct OnLine {
  std::uint64_t line = 0;
  Document document;
};

enum class OldStatus { waiting, active, resolved };

struct OldSession {
  std::string id;  ///< empty: it lay in its chat (S15.1)
  std::string chat;
  std::string tenant;  ///< may be empty: the chat's
  OldStatus status = OldStatus::waiting;
  Instant started_at;
  std::optional<ResolvedBy> resolved_by;
  std::optional<Instant> resolved_at;
  std::optional<Instant> grace_deadline;
  std::optional<std::string> taken_over_by;  ///< the old system's id of the user
  std::optional<Instant> taken_over_at;
  bool held = false;  ///< by a human, though neither field says so: the old mode did
  std::string agent_conversation_id;
  std::optional<Instant> agent_conversation_created_at;
  std::optional<Instant> agent_last_interaction_at;
  std::optional<Instant> updated_at;
};

struct OldChat {
  std::string id;
  std::string tenant;
  std::string external_id;
  std::string account;
  std::string contact_name;
  std::string contact_phone;
  bool closed = false;
  std::optional<std::string> active_session;
  /// What the older shape keeps in the chat itself; `started_at` is empty in it if the chat had no session.
  std::optional<OldSession> embedded;
  std::optional<Instant> last_message_at;
  std::optional<Instant> created_at;
  std::optional<Instant> updated_at;
};

struct OldMessage {
  std::string id;
  std::string chat;
  std::string tenant;  ///< may be empty: the chat's
  std::optional<std::string> session;
  std::string provider_id;
  std::string sender;  ///< "contact", "ai" or "human"
  std::string sender_name;
  std::string text;
  std::optional<bool> through_us;  ///< sent through the provider's API, not typed on the phone
  Instant created_at;
};

struct OldTenant {
  std::string id;
  std::string name;
  std::string account;
  std::optional<std::string> agent;                ///< reference to an agent
  std::optional<std::string> elevenlabs_agent_id;  ///< what it was before there were agents (S15.2)
  std::optional<std::int64_t> grace_seconds;
  std::vector<std::string> blacklisted_numbers;  ///< normalised
  std::vector<std::string> features;
  std::vector<std::string> problems;  ///< settings that could not be read: they alone are missing above
};

struct OldAgent {
  std::string id;
  std::string tenant;  ///< may be empty
  std::string name;
  std::string elevenlabs_agent_id;
  bool active = true;
};

struct OldUser {
  std::string id;
  std::string email;
};

[[nodiscard]] OldChat read_chat(const std::string& line);
[[nodiscard]] OldSession read_session(const std::string& line);
[[nodiscard]] OldMessage read_message(const std::string& line);
[[nodiscard]] OldTenant read_tenant(const std::string& line);
[[nodiscard]] OldAgent read_agent(const std::string& line);
[[nodiscard]] OldUser read_user(const std::string& line);

}  // namespace sessioncore::server::importing
