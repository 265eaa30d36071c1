/// What we say on the conversation WebSocket: each function returns one text frame.
///
/// Texts that are not UTF-8 are repaired with the replacement character rather than refused. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sessioncore::elevenlabs {

/// The first frame of a conversation. An override that the agent's security settings do not allow makes the service
/// end the conversation, so none is sent unless asked for.
struct Initiation {
  bool text_only_override = false;
  std::optional<std::string> first_message;  ///< "" asks the agent to wait for the contact
  std::optional<std::string> language;
  std::map<std::string, std::string> dynamic_variables;
  std::string user_id;  ///< left out when empty
};

[[nodiscard]] std::string encode_initiation(const Initiation& initiation);
/// Told without a reply; a later one replaces this one in the agent's memory.
[[nodiscard]] std::string encode_context(std::string_view text);
[[nodiscard]] std::string encode_question(std::string_view text);
[[nodiscard]] std::string encode_pong(std::int64_t event_id);
[[nodiscard]] std::string encode_tool_result(std::string_view call_id, bool ok);
/// Tells that the contact is still there.
[[nodiscard]] std::string encode_activity();

}  // namespace sessioncore::elevenlabs
