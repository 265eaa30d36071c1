// The frames the service sends, as JSON text is built from them. Names and nesting follow the published contract.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators::frames {

using EventId = std::int64_t;

nlohmann::json metadata(const std::string& conversation_id, bool with_format);
nlohmann::json ping(EventId event_id, bool first);
nlohmann::json agent_response(const std::string& text, EventId event_id);
nlohmann::json correction(const std::string& original, const std::string& corrected, EventId event_id);
nlohmann::json interruption(EventId event_id);
nlohmann::json response_part(const std::string& kind, const std::string& text, EventId event_id);
nlohmann::json tool_call(const std::string& name, const std::string& id, const std::string& parameters,
                         EventId event_id);
nlohmann::json end_call(const std::string& tool_call_id, EventId event_id);
nlohmann::json queue_status(const std::string& status);
nlohmann::json error(int code, const std::string& error_type, const std::string& message);
// The error type the service uses with a close code when nothing more precise is asked for.
std::string usual_error_type(int code);
// Events of types no client knows, and events a text client has to ignore.
std::vector<nlohmann::json> unknown_events(EventId event_id);
std::vector<nlohmann::json> side_events(const std::string& user_text, EventId event_id);

}  // namespace sessioncore::simulators::frames
