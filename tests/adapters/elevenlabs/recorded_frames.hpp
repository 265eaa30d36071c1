/// Frames of the shapes that the service sends, one of each type, with values made up.
#pragma once

#include <array>
#include <string_view>

namespace sessioncore::elevenlabs::testing {

struct Recorded {
  std::string_view name;
  std::string_view text;
};

inline constexpr std::array kRecorded{
    Recorded{"metadata",
             R"({"type":"conversation_initiation_metadata","conversation_initiation_metadata_event":
        {"conversation_id":"conv_01","agent_output_audio_format":"pcm_16000","user_input_audio_format":"pcm_16000"}})"},
    Recorded{"ping", R"({"type":"ping","ping_event":{"event_id":7,"ping_ms":41}})"},
    Recorded{"ping without a measure", R"({"type":"ping","ping_event":{"event_id":1,"ping_ms":null}})"},
    Recorded{"reply",
             R"({"type":"agent_response","agent_response_event":{"agent_response":" We open at nine. \n",
        "event_id":3,"attachments":[{"url":"https://files.example.com/a.pdf","name":"a.pdf"}]}})"},
    Recorded{"correction",
             R"({"type":"agent_response_correction","agent_response_correction_event":
        {"original_agent_response":"We open at nine and","corrected_agent_response":"We open","event_id":3}})"},
    Recorded{"part",
             R"({"type":"agent_chat_response_part","text_response_part":{"text":"We ","type":"delta","event_id":3}})"},
    Recorded{"reasoning",
             R"({"type":"agent_reasoning_response_part","reasoning_response_part":
        {"text":"the contact wants to know","type":"delta","event_id":"3"}})"},
    Recorded{"user transcript",
             R"({"type":"user_transcript","user_transcription_event":{"user_transcript":"hello","event_id":2}})"},
    Recorded{"tentative user transcript",
             R"({"type":"tentative_user_transcript","tentative_user_transcription_event":{"user_transcript":"he"}})"},
    Recorded{"interruption", R"({"type":"interruption","interruption_event":{"event_id":3}})"},
    Recorded{"audio", R"({"type":"audio","audio_event":{"audio_base_64":"AAAA","event_id":3}})"},
    Recorded{"vad score", R"({"type":"vad_score","vad_score_event":{"vad_score":0.93}})"},
    Recorded{"tool call",
             R"({"type":"client_tool_call","client_tool_call":{"tool_name":"transfer_to_human","tool_call_id":"tc_1",
        "parameters":{"reason":"asks for a person"},"event_id":4}})"},
    Recorded{"tool request",
             R"({"type":"agent_tool_request","agent_tool_request":
        {"tool_name":"lookup","tool_call_id":"tc_2","tool_type":"webhook","event_id":4}})"},
    Recorded{"tool response",
             R"({"type":"agent_tool_response","agent_tool_response":{"tool_name":"lookup","tool_call_id":"tc_2",
        "tool_type":"webhook","is_error":false,"is_called":true,"event_id":4}})"},
    Recorded{"end call",
             R"({"type":"agent_tool_response","agent_tool_response":{"tool_name":"end_call","tool_call_id":"tc_3",
        "tool_type":"system","is_error":false,"is_called":true,"event_id":5}})"},
    Recorded{"end call in full",
             R"({"type":"agent_tool_response_full_payload","agent_tool_response_full_payload":
        {"tool_name":"end_call","tool_call_id":"tc_3","tool_type":"system","is_error":false,"is_called":true,
        "event_id":5,"full_tool_result":"bye"}})"},
    Recorded{"mcp tool call",
             R"({"type":"mcp_tool_call","mcp_tool_call":{"service_id":"s","tool_call_id":"tc_4","tool_name":"t",
        "parameters":{},"timestamp":"2026-01-01T00:00:00Z","state":"loading"}})"},
    Recorded{"mcp connection", R"({"type":"mcp_connection_status","mcp_connection_status":{"integrations":[]}})"},
    Recorded{"asr metadata", R"({"type":"asr_initiation_metadata","asr_initiation_metadata_event":{}})"},
    Recorded{"context usage",
             R"({"type":"context_usage","context_usage_event":
        {"event_id":3,"model":"m","context_tokens":10,"context_limit_tokens":100}})"},
    Recorded{"guardrail", R"({"type":"guardrail_triggered"})"},
    Recorded{
        "rich content",
        R"({"type":"rich_content","rich_content":{"rich_content_id":"r","component":"c","props":{},"event_id":3}})"},
    Recorded{"typing", R"({"type":"agent_typing","agent_typing_event":{"is_typing":true,"duration_ms":900}})"},
    Recorded{"external agent", R"({"type":"external_agent_connected"})"},
    Recorded{"turn probability",
             R"({"type":"internal_turn_probability","turn_probability_internal_event":{"turn_probability":0.5}})"},
    Recorded{"tentative reply",
             R"({"type":"internal_tentative_agent_response","tentative_agent_response_internal_event":
        {"tentative_agent_response":"We o"}})"},
    Recorded{"queue", R"({"type":"queue_status","queue_status_event":{"status":"waiting"}})"},
    Recorded{"error",
             R"({"type":"error","error_event":{"code":1008,"message":"Override not allowed",
        "error_type":"override_error","debug_message":null,"details":{}}})"},
};

/// The recorded frame of that name.
constexpr std::string_view recorded(std::string_view name) {
  for (const auto& frame : kRecorded) {
    if (frame.name == name) return frame.text;
  }
  return {};
}

}  // namespace sessioncore::elevenlabs::testing
