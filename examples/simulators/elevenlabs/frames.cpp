#include "frames.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::frames {

using nlohmann::json;

json metadata(const std::string& conversation_id, bool with_format) {
  json event = {{"conversation_id", conversation_id}};
  if (with_format) {
    event["agent_output_audio_format"] = "pcm_16000";
    event["user_input_audio_format"] = "pcm_16000";
  }
  return {{"type", "conversation_initiation_metadata"}, {"conversation_initiation_metadata_event", std::move(event)}};
}

json ping(EventId event_id, bool first) {
  json event = {{"event_id", event_id}, {"ping_ms", nullptr}};
  if (!first) event["ping_ms"] = 40;
  return {{"type", "ping"}, {"ping_event", std::move(event)}};
}

json agent_response(const std::string& text, EventId event_id) {
  return {{"type", "agent_response"}, {"agent_response_event", {{"agent_response", text}, {"event_id", event_id}}}};
}

json correction(const std::string& original, const std::string& corrected, EventId event_id) {
  return {{"type", "agent_response_correction"},
          {"agent_response_correction_event",
           {{"original_agent_response", original}, {"corrected_agent_response", corrected}, {"event_id", event_id}}}};
}

json interruption(EventId event_id) {
  return {{"type", "interruption"}, {"interruption_event", {{"event_id", event_id}}}};
}

json response_part(const std::string& kind, const std::string& text, EventId event_id) {
  return {{"type", "agent_chat_response_part"},
          {"text_response_part", {{"text", text}, {"type", kind}, {"event_id", event_id}}}};
}

json tool_call(const std::string& name, const std::string& id, const std::string& parameters, EventId event_id) {
  return {
      {"type", "client_tool_call"},
      {"client_tool_call",
       {{"tool_name", name}, {"tool_call_id", id}, {"parameters", json::parse(parameters)}, {"event_id", event_id}}}};
}

json end_call(const std::string& tool_call_id, EventId event_id) {
  return {{"type", "agent_tool_response"},
          {"agent_tool_response",
           {{"tool_name", "end_call"},
            {"tool_call_id", tool_call_id},
            {"tool_type", "system"},
            {"is_error", false},
            {"is_called", true},
            {"event_id", event_id}}}};
}

json queue_status(const std::string& status) {
  return {{"type", "queue_status"}, {"queue_status_event", {{"status", status}}}};
}

std::string usual_error_type(int code) {
  switch (code) {
    case 1000: return "max_duration_exceeded";
    case 1002: return "llm_timeout";
    case 1008: return "invalid_message";
    case 3008: return "too_many_conversations";
    default: return "internal_error";
  }
}

json error(int code, const std::string& error_type, const std::string& message) {
  return {{"type", "error"},
          {"error_event", {{"code", code}, {"error_type", error_type}, {"message", message}, {"reason", error_type}}}};
}

std::vector<json> unknown_events(EventId event_id) {
  return {json{{"type", "future_event"}, {"future_event_event", {{"event_id", event_id}, {"nested", {{"a", 1}}}}}},
          json{{"type", "agent_response_metadata"}, {"agent_response_metadata_event", {{"event_id", event_id}}}},
          json{{"type", "agent_response_complete"}}};
}

std::vector<json> side_events(const std::string& user_text, EventId id) {
  return {
      json{{"type", "user_transcript"},
           {"user_transcription_event", {{"user_transcript", user_text}, {"event_id", id}}}},
      json{{"type", "tentative_user_transcript"},
           {"tentative_user_transcription_event", {{"user_transcript", user_text}, {"event_id", id}}}},
      json{{"type", "agent_reasoning_response_part"},
           {"reasoning_response_part", {{"text", "thinking"}, {"type", "delta"}, {"event_id", std::to_string(id)}}}},
      json{{"type", "internal_tentative_agent_response"},
           {"tentative_agent_response_internal_event", {{"tentative_agent_response", "not final"}}}},
      json{{"type", "internal_turn_probability"}, {"turn_probability_internal_event", {{"turn_probability", 0.5}}}},
      json{{"type", "vad_score"}, {"vad_score_event", {{"vad_score", 0.1}}}},
      json{{"type", "audio"}, {"audio_event", {{"audio_base_64", "AAAA"}, {"event_id", id}}}},
      json{{"type", "agent_tool_request"},
           {"agent_tool_request",
            {{"tool_name", "lookup"}, {"tool_call_id", "tc_side"}, {"tool_type", "webhook"}, {"event_id", id}}}},
      json{{"type", "agent_tool_response"},
           {"agent_tool_response",
            {{"tool_name", "lookup"},
             {"tool_call_id", "tc_side"},
             {"tool_type", "webhook"},
             {"is_error", false},
             {"is_called", true},
             {"event_id", id}}}},
      json{{"type", "mcp_connection_status"}, {"mcp_connection_status", {{"integrations", json::array()}}}},
      json{{"type", "context_usage"},
           {"context_usage_event",
            {{"event_id", id}, {"model", "stand-in"}, {"context_tokens", 10}, {"context_limit_tokens", 1000}}}},
      json{{"type", "guardrail_triggered"}},
      json{{"type", "agent_typing"}, {"agent_typing_event", {{"is_typing", true}, {"duration_ms", 100}}}},
  };
}

}  // namespace sessioncore::simulators::frames
