#include "codec/decode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>

#include <nlohmann/json.hpp>

namespace sessioncore::elevenlabs {

namespace {

using nlohmann::json;

/// What `Malformed` says; thrown inside this file only, because the fields are read one inside the other.
struct BadField {
  std::string why;
};

constexpr std::size_t kLongestTypeShown = 64;
constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53

/// A name from outside as it may stand in a log: short and printable.
std::string shown(const std::string& name) {
  std::string text = name.substr(0, kLongestTypeShown);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

std::string trimmed(const std::string& text) {
  static constexpr const char* kBlank = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// An object of the frame together with its path, so that a fault can name the field.
class Fields {
 public:
  Fields(const json& object, std::string path) : object_(object), path_(std::move(path)) {}

  [[nodiscard]] Fields inner(const char* name) const {
    const json* value = find(name);
    if (value == nullptr) throw BadField{at(name) + " is missing"};
    if (!value->is_object()) throw BadField{at(name) + " must be an object"};
    return {*value, at(name)};
  }
  [[nodiscard]] std::string text(const char* name) const {
    const json* value = find(name);
    if (value == nullptr) throw BadField{at(name) + " is missing"};
    return as_text(*value, name);
  }
  [[nodiscard]] std::string text_or(const char* name, const char* fallback) const {
    const json* value = find(name);
    return value == nullptr ? fallback : as_text(*value, name);
  }
  [[nodiscard]] bool flag_or(const char* name, bool fallback) const {
    const json* value = find(name);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) throw BadField{at(name) + " must be true or false"};
    return value->get<bool>();
  }
  /// An integer, or a string that holds one: official clients accept both.
  [[nodiscard]] std::optional<std::int64_t> integer(const char* name) const {
    const json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_number_integer() && !is_beyond_int64(*value)) return value->get<std::int64_t>();
    if (value->is_number_float()) {
      const auto number = value->get<double>();
      if (std::abs(number) <= kLargestExactInteger && std::trunc(number) == number) {
        return static_cast<std::int64_t>(number);
      }
    }
    if (value->is_string()) {
      const auto& digits = value->get_ref<const std::string&>();
      std::int64_t number = 0;
      const auto* end = digits.data() + digits.size();
      const auto read = std::from_chars(digits.data(), end, number);
      if (read.ec == std::errc() && read.ptr == end) return number;
    }
    throw BadField{at(name) + " must be an integer"};
  }
  /// The value as JSON text; `{}` if it is not there.
  [[nodiscard]] std::string json_text(const char* name) const {
    const json* value = find(name);
    return value == nullptr ? "{}" : value->dump(-1, ' ', false, json::error_handler_t::replace);
  }
  /// Null counts as absent: the service writes it for optional fields.
  [[nodiscard]] const json* find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

 private:
  [[nodiscard]] static bool is_beyond_int64(const json& value) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
  }
  [[nodiscard]] std::string as_text(const json& value, const char* name) const {
    if (!value.is_string()) throw BadField{at(name) + " must be a string"};
    return value.get<std::string>();
  }
  [[nodiscard]] std::string at(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

  const json& object_;
  std::string path_;
};

Frame ready(const Fields& frame) {
  Ready ready{frame.inner("conversation_initiation_metadata_event").text("conversation_id")};
  if (ready.conversation_id.empty()) {
    return Malformed{"conversation_initiation_metadata_event.conversation_id is empty"};
  }
  return ready;
}

Frame reply(const Fields& frame) {
  const auto event = frame.inner("agent_response_event");
  return Reply{event.integer("event_id"), trimmed(event.text("agent_response"))};
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
  return ServerError{fits ? static_cast<int>(code) : 0, event.text_or("error_type", ""),
                     event.text_or("message", event.text_or("reason", "").c_str())};
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

/// The parsed text, or discarded with `why` set.
json parse(std::string_view text, std::string& why) {
  bool too_deep = false;
  const auto guard = [&too_deep](int depth, json::parse_event_t, const json&) {
    if (depth > kMaxDepth) too_deep = true;
    return !too_deep;
  };
  auto value = json::parse(text, guard, false);
  if (too_deep) {
    why = "nested deeper than " + std::to_string(kMaxDepth);
    return json(json::value_t::discarded);
  }
  if (value.is_discarded()) why = "not JSON";
  return value;
}

}  // namespace

Frame decode(std::string_view text) {
  try {
    std::string why;
    const auto frame = parse(text, why);
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
    const auto answer = parse(body, why);
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
    const auto answer = parse(body, why);
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
