#include "codec/encode.hpp"

#include <nlohmann/json.hpp>

#ifndef SESSIONCORE_VERSION
#define SESSIONCORE_VERSION "0"
#endif

namespace sessioncore::elevenlabs {

namespace {

using nlohmann::json;

std::string write(const json& frame) {
  return frame.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string encode_initiation(const Initiation& initiation) {
  json frame = {{"type", "conversation_initiation_client_data"},
                {"source_info", {{"source", "sessioncore"}, {"version", SESSIONCORE_VERSION}}}};
  if (!initiation.user_id.empty()) frame["user_id"] = initiation.user_id;
  if (initiation.text_only_override) frame["conversation_config_override"]["conversation"]["text_only"] = true;
  if (initiation.first_message) {
    frame["conversation_config_override"]["agent"]["first_message"] = *initiation.first_message;
  }
  if (initiation.language) frame["conversation_config_override"]["agent"]["language"] = *initiation.language;
  for (const auto& [name, value] : initiation.dynamic_variables) frame["dynamic_variables"][name] = value;
  return write(frame);
}

std::string encode_context(std::string_view text) {
  return write({{"type", "contextual_update"}, {"context_id", "history"}, {"text", text}});
}

std::string encode_question(std::string_view text) {
  return write({{"type", "user_message"}, {"text", text}});
}

std::string encode_pong(std::int64_t event_id) {
  return write({{"type", "pong"}, {"event_id", event_id}});
}

std::string encode_tool_result(std::string_view call_id, bool ok) {
  return write({{"type", "client_tool_result"},
                {"tool_call_id", call_id},
                {"result", ok ? "ok" : "this tool is not available here"},
                {"is_error", !ok}});
}

std::string encode_activity() {
  return write({{"type", "user_activity"}});
}

}  // namespace sessioncore::elevenlabs
