#include "codec/decode.hpp"

#include "codec/fields.hpp"

#include <nlohmann/json.hpp>

#include <sessioncore/core/blank.hpp>

namespace sessioncore::elevenlabs {

using nlohmann::json;

namespace {

Frame ready(const Fields& frame) {
  Ready ready{frame.inner("conversation_initiation_metadata_event").text("conversation_id")};
  if (ready.conversation_id.empty()) {
    return Malformed{"conversation_initiation_metadata_event.conversation_id is empty"};
  }
  return ready;
}

Frame reply(const Fields& frame) {
  const auto event = frame.inner("agent_response_event");
  const std::string text = event.text("agent_response");
  return Reply{event.integer_if("event_id"), is_blank(text) ? std::string() : std::string(trim(text))};
}

Frame ping(const Fields& frame) {
  const auto event_id = frame.inner("ping_event").integer("event_id");
  if (!event_id) return Malformed{"ping_event.event_id is missing"};
  return Ping{*event_id};
}

Frame tool_call(const Fields& frame) {
  const auto call = frame.inner("client_tool_call");
  ToolCall result{call.text("tool_name"), call.text("tool_call_id"), call.json_text("parameters")};
  if (result.call_id.empty()) return Malformed{"client_tool_call.tool_call_id is empty"};
  return result;
}

/// The agent's own tools run on the service; one of them ends the conversation.
Frame tool_response(const Fields& frame, const std::string& type) {
  const char* key = frame.find(type.c_str()) == nullptr ? "agent_tool_response" : type.c_str();
  const auto response = frame.inner(key);
  if (response.text("tool_name") == "end_call" && !response.flag_or("is_error", false)) return AgentEnded{};
  return Info{shown(type)};
}

Frame server_error(const Fields& frame) {
  const auto event = frame.inner("error_event");
  const auto code = event.integer("code").value_or(0);
  const bool fits = code >= 0 && code <= 4999;
  return ServerError{fits ? static_cast<int>(code) : 0, shown(event.text_or("error_type", ""))};
}

Frame queue(const Fields& frame) {
  return Queue{frame.inner("queue_status_event").text("status")};
}

Frame dispatch(const Fields& frame) {
  const auto type = frame.text("type");
  if (type == "agent_response") return reply(frame);
  if (type == "ping") return ping(frame);
  if (type == "conversation_initiation_metadata") return ready(frame);
  if (type == "agent_chat_response_part") return Part{};
  if (type == "client_tool_call") return tool_call(frame);
  if (type == "agent_tool_response" || type == "agent_tool_response_full_payload") return tool_response(frame, type);
  if (type == "error") return server_error(frame);
  if (type == "queue_status") return queue(frame);
  if (type == "agent_response_correction") return Correction{};
  return Info{shown(type)};
}

}  // namespace

Frame decode(std::string_view text) {
  try {
    std::string why;
    const auto frame = parse_json(text, kMaxDepth, why);
    if (!why.empty()) return Malformed{why};
    if (!frame.is_object()) return Malformed{"frame must be an object"};
    return dispatch(Fields(frame, ""));
  } catch (const BadField& bad) {
    return Malformed{bad.why};
  } catch (const json::exception&) {
    return Malformed{"not JSON of the agreed form"};
  }
}

std::optional<std::string> decode_signed_url(std::string_view body, std::string& why) {
  try {
    const auto answer = parse_json(body, kMaxDepth, why);
    if (!why.empty()) return std::nullopt;
    if (!answer.is_object()) throw BadField{"the answer must be an object"};
    return Fields(answer, "").text("signed_url");
  } catch (const BadField& bad) {
    why = bad.why;
  } catch (const json::exception&) {
    why = "not JSON of the agreed form";
  }
  return std::nullopt;
}

std::string decode_api_error(std::string_view body) {
  try {
    std::string why;
    const auto answer = parse_json(body, kMaxDepth, why);
    if (!why.empty() || !answer.is_object()) return {};
    const auto* detail = Fields(answer, "").find("detail");
    if (detail != nullptr && detail->is_string()) return shown(detail->get<std::string>());
    if (detail != nullptr && detail->is_object()) return shown(Fields(*detail, "detail").text_or("status", ""));
  } catch (const BadField&) {  // an error told in another form is still an error
  } catch (const json::exception&) {
  }
  return {};
}

}  // namespace sessioncore::elevenlabs
