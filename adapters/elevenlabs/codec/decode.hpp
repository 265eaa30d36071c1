/// What the service says on the conversation WebSocket, as values.
///
/// `decode` never throws and never refuses a conversation: what cannot be understood becomes `Malformed` (with the name
/// of the field) or `Info` (a type that means nothing to a text channel), and the link stays open. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sessioncore::elevenlabs {

/// The conversation exists: questions may be asked.
struct Ready {
  std::string conversation_id;
};
/// The complete text of a turn, trimmed; empty if the agent said nothing.
struct Reply {
  std::optional<std::int64_t> event_id;
  std::string text;
};
/// A piece of a text whose whole follows as `Reply`; forwarding both would send the text twice.
struct Part {};
struct Ping {
  std::int64_t event_id = 0;
};
/// Must be answered, or the agent's turn stalls.
struct ToolCall {
  std::string name;
  std::string call_id;
  std::string parameters;  ///< JSON text
};
/// The agent used its tool for ending the conversation.
struct AgentEnded {};
/// Announces the reason of a close that follows.
struct ServerError {
  int code = 0;      ///< 0: not told
  std::string type;  ///< empty: not told
};
/// Waiting for a free place; what is sent while `status` is "waiting" is lost.
struct Queue {
  std::string status;
};
/// A reply was cut short after an interruption; what is on its way to the contact cannot be called back.
struct Correction {};
struct Info {
  std::string type;
};
struct Malformed {
  std::string why;  ///< names the field; quotes nothing of the frame
};

using Frame =
    std::variant<Ready, Reply, Part, Ping, ToolCall, AgentEnded, ServerError, Queue, Correction, Info, Malformed>;

/// Deeper frames are `Malformed`: what walks over a parsed frame recurses.
inline constexpr int kMaxDepth = 32;

[[nodiscard]] Frame decode(std::string_view text);

/// The value of `signed_url` in the answer of the REST API; empty and `why` set if it is not there.
[[nodiscard]] std::optional<std::string> decode_signed_url(std::string_view body, std::string& why);

/// What the REST API says of a failed request, short and printable; empty if it says nothing.
[[nodiscard]] std::string decode_api_error(std::string_view body);

}  // namespace sessioncore::elevenlabs
