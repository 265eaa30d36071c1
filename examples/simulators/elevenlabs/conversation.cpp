#include "conversation.hpp"

#include "frames.hpp"
#include "option_fields.hpp"
#include "option_store.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

constexpr std::size_t kFramesKept = 5000;  // enough for any test; a bound for soak runs
constexpr std::int64_t kWatchStepMs = 50;

const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

bool text_member(const json& object, const char* name, std::string& out) {
  const auto* found = member(object, name);
  if (found == nullptr || !found->is_string()) return false;
  out = found->get<std::string>();
  return true;
}

}  // namespace

std::int64_t wall_clock_ms() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Conversation::Conversation(Identity identity, OptionStore& options, Wire& wire)
    : identity_(std::move(identity)), options_(options), wire_(wire), opened_at_(wall_clock_ms()) {
  plan_ = options_.take_connection(connection_patch_);
  last_input_at_ = last_message_at_ = opened_at_;
}

void Conversation::record(bool from_client, const std::string& text) {
  if (frames_.size() < kFramesKept) frames_.push_back({wall_clock_ms(), from_client, text});
}

void Conversation::send(Frame frame) {
  if (!open_ || closing_) return;
  if (plan_.event_id_as_string) {
    for (auto& part : frame) {
      if (part.is_object() && part.contains("event_id") && part["event_id"].is_number()) {
        part["event_id"] = std::to_string(part["event_id"].get<std::int64_t>());
      }
    }
  }
  record(false, dump_json(frame));
  wire_.send(dump_cut_json(frame));
}

void Conversation::later(std::int64_t delay_ms, std::function<void()> action) {
  wire_.after(delay_ms, [weak = weak_from_this(), action = std::move(action)] {
    const auto self = weak.lock();
    if (self && self->open_ && !self->closing_) action();
  });
}

void Conversation::fail(int code, const std::string& error_type, const std::string& message) {
  send(frames::error(code, error_type, message));
  shut(code, error_type);
}

void Conversation::shut(int code, const std::string& reason) {
  if (closing_) return;
  closing_ = true;
  wire_.close(code, reason);
}

void Conversation::on_open() {
  if (plan_.connect_reset) return abort();
  if (plan_.connect_close_code != 0) {
    return end(static_cast<int>(plan_.connect_close_code), plan_.connect_error_type, plan_.connect_error_event);
  }
  watch_input();
}

void Conversation::on_frame(const std::string& text) {
  record(true, text);
  if (closing_) return;
  const auto frame = json::parse(text, nullptr, false);
  std::string type;
  if (!frame.is_object()) return fail(1008, "invalid_message", "Message is not a JSON object");
  if (!text_member(frame, "type", type)) {
    if (frame.contains("user_audio_chunk")) return;
    return fail(1008, "missing_fields", "Message has no type");
  }
  if (type != "pong" || plan_.pong_counts_as_input) last_input_at_ = wall_clock_ms();
  if (type == "conversation_initiation_client_data") return on_initiation(frame);
  if (!initiated_) return fail(1008, "invalid_message", "Expected conversation_initiation_client_data first");
  if (type == "pong") {
    ++pongs_;
  } else if (type == "user_message") {
    on_user_message(frame);
  } else if (type == "contextual_update") {
    on_context(frame);
  } else if (type == "client_tool_result") {
    on_tool_result(frame);
  } else if (type != "user_activity" && type != "feedback" && type != "mcp_tool_approval_result" &&
             type != "multimodal_message") {
    fail(1008, "invalid_message", "Unknown message type: " + type);
  }
}

bool Conversation::overrides_allowed(const Frame& frame) {
  const auto* overrides = member(frame, "conversation_config_override");
  if (overrides == nullptr || overrides->is_null()) return true;
  const auto malformed = [this] {
    fail(1008, "invalid_message", "conversation_config_override must hold objects");
    return false;
  };
  if (!overrides->is_object()) return malformed();
  // Official clients send empty "agent" and "tts" objects; those override nothing.
  for (const auto& [section, fields] : overrides->items()) {
    if (!fields.is_object()) return malformed();
    for (const auto& [name, value] : fields.items()) {
      const bool allowed = name == "text_only"       ? plan_.allow_text_only_override
                           : name == "first_message" ? plan_.allow_first_message_override
                           : name == "prompt"        ? plan_.allow_prompt_override
                                                     : plan_.allow_other_overrides;
      if (!allowed) {
        fail(1008, "override_error", "Override for field '" + name + "' of '" + section + "' is not allowed");
        return false;
      }
      if (name == "first_message" && value.is_string()) greeting_ = value.get<std::string>();
    }
  }
  return true;
}

void Conversation::on_initiation(const Frame& frame) {
  if (initiated_) return fail(1008, "invalid_message", "The conversation was already initiated");
  initiated_ = true;
  initiation_ = dump_json(frame);
  greeting_ = plan_.greeting ? plan_.greeting_text : "";
  if (!overrides_allowed(frame)) return;
  const auto* variables = member(frame, "dynamic_variables");
  for (const auto& name : plan_.required_dynamic_variables) {
    if (variables == nullptr || !variables->is_object() || !variables->contains(name)) {
      return fail(1008, "missing_dynamic_variable", "Missing required dynamic variable: " + name);
    }
  }
  if (plan_.no_metadata) return;
  if (plan_.ping_before_metadata) send(frames::ping(next_ping_id_++, true));
  if (plan_.metadata_delay_ms == 0) return begin();
  later(plan_.metadata_delay_ms, [this] { begin(); });
}

void Conversation::begin() {
  send(frames::metadata(identity_.id, !plan_.metadata_without_format));
  metadata_sent_ = true;
  ready_at_ = wall_clock_ms();
  if (plan_.queue_waiting) {
    queue_waiting_ = true;
    send(frames::queue_status("waiting"));
  }
  if (plan_.greeting || !greeting_.empty()) later(plan_.greeting_delay_ms, [this] { greet(); });
  if (plan_.ping_interval_ms > 0) later(std::min<std::int64_t>(plan_.ping_interval_ms, 100), [this] { ping(); });
  watch_idle();
  if (plan_.max_duration_ms > 0) {
    later(plan_.max_duration_ms, [this] { fail(1000, "max_duration_exceeded", "Maximum duration reached"); });
  }
}

void Conversation::greet() {
  // A greeting that the user has overtaken is never spoken.
  if (user_messages_.empty()) respond(greeting_, next_event_id_++);
}

void Conversation::ping() {
  send(frames::ping(next_ping_id_, next_ping_id_ == 1));
  ++next_ping_id_;
  later(plan_.ping_interval_ms, [this] { ping(); });
}

void Conversation::watch_input() {
  if (plan_.receive_timeout_ms <= 0) return;
  const auto left = last_input_at_ + plan_.receive_timeout_ms - wall_clock_ms();
  if (left <= 0) return fail(1002, "transport_receive_timeout", "No user input for too long");
  later(std::max(left, kWatchStepMs), [this] { watch_input(); });
}

void Conversation::watch_idle() {
  if (plan_.idle_close_ms <= 0) return;
  const auto left = last_message_at_ + plan_.idle_close_ms - wall_clock_ms();
  if (left <= 0) return shut(1000, "");
  later(std::max(left, kWatchStepMs), [this] { watch_idle(); });
}

void Conversation::on_user_message(const Frame& frame) {
  last_message_at_ = wall_clock_ms();
  const auto* value = member(frame, "text");
  if (value != nullptr && !value->is_string() && !value->is_null()) {
    return fail(1008, "invalid_message", "text must be a string");
  }
  const auto text = value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  user_messages_.push_back(text);
  const bool too_early = !metadata_sent_ || last_message_at_ - ready_at_ < plan_.lose_messages_within_ms;
  if (text.empty() || too_early || queue_waiting_) return;
  transcript_.push_back({"user", text, last_message_at_});
  start_turn(text);
}

void Conversation::on_context(const Frame& frame) {
  ContextUpdate update;
  if (!text_member(frame, "text", update.text)) return fail(1008, "missing_fields", "contextual_update needs text");
  text_member(frame, "context_id", update.context_id);
  if (!update.context_id.empty()) {
    contexts_.erase(std::remove_if(contexts_.begin(), contexts_.end(),
                                   [&](const auto& old) { return old.context_id == update.context_id; }),
                    contexts_.end());
  }
  contexts_.push_back(std::move(update));
}

void Conversation::on_tool_result(const Frame& frame) {
  ToolResult result;
  if (!text_member(frame, "tool_call_id", result.tool_call_id)) {
    return fail(1008, "missing_fields", "client_tool_result needs tool_call_id");
  }
  if (!text_member(frame, "result", result.result)) {
    return fail(1008, "invalid_message", "result of client_tool_result must be a string");
  }
  const auto* is_error = member(frame, "is_error");
  if (is_error == nullptr || !is_error->is_boolean()) {
    return fail(1008, "missing_fields", "client_tool_result needs is_error");
  }
  result.is_error = is_error->get<bool>();
  tool_results_.push_back(result);
  const auto turns = turns_;
  for (const auto& turn : turns) {
    if (turn->awaited_tool_call != result.tool_call_id) continue;
    turn->awaited_tool_call.clear();
    run(turn);
  }
}

void Conversation::on_closed(int code, const std::string& reason, bool by_client) {
  if (!open_) return;
  open_ = false;
  closed_at_ = wall_clock_ms();
  close_code_ = code;
  close_reason_ = reason;
  closed_by_client_ = by_client;
  for (const auto& turn : turns_) turn->cancelled = turn->cancelled || !turn->done;
}

json Conversation::describe(bool with_frames) const {
  json shown = {{"conversation_id", identity_.id},
                {"agent_id", identity_.agent_id},
                {"url", identity_.url},
                {"subprotocol", identity_.subprotocol},
                {"open", open_},
                {"ready", is_ready()},
                {"opened_at_ms", opened_at_},
                {"closed_at_ms", closed_at_ == 0 ? json(nullptr) : json(closed_at_)},
                {"close_code", open_ ? json(nullptr) : json(close_code_)},
                {"close_reason", close_reason_},
                {"closed_by", open_ ? json(nullptr) : json(closed_by_client_ ? "client" : "server")},
                {"initiation", json::parse(initiation_)},
                {"user_messages", user_messages_},
                {"pongs", pongs_},
                {"last_input_at_ms", last_input_at_},
                {"held", held()}};
  for (const char* list : {"contexts", "transcript", "tool_results"}) shown[list] = json::array();
  for (const auto& item : contexts_) {
    shown["contexts"].push_back({{"context_id", item.context_id}, {"text", item.text}});
  }
  for (const auto& line : transcript_) {
    shown["transcript"].push_back({{"role", line.role}, {"text", line.text}, {"at_ms", line.at_ms}});
  }
  for (const auto& item : tool_results_) {
    shown["tool_results"].push_back(
        {{"tool_call_id", item.tool_call_id}, {"result", item.result}, {"is_error", item.is_error}});
  }
  if (!with_frames) return shown;
  shown["frames"] = json::array();
  for (const auto& frame : frames_) {
    const auto parsed = json::parse(frame.text, nullptr, false);
    shown["frames"].push_back({{"at_ms", frame.at_ms},
                               {"from", frame.from_client ? "client" : "server"},
                               {"frame", parsed.is_discarded() ? json(frame.text) : parsed}});
  }
  return shown;
}

json Conversation::rest_view() const {
  json view = {{"agent_id", identity_.agent_id},
               {"conversation_id", identity_.id},
               {"status", open_ ? "in-progress" : "done"},
               {"transcript", json::array()},
               {"has_audio", false},
               {"has_user_audio", false},
               {"has_response_audio", false}};
  const auto end = open_ ? wall_clock_ms() : closed_at_;
  view["metadata"] = {{"start_time_unix_secs", opened_at_ / 1000},
                      {"call_duration_secs", (end - opened_at_) / 1000},
                      {"text_only", true}};
  if (!open_) view["metadata"]["termination_reason"] = close_reason_;
  for (const auto& line : transcript_) {
    view["transcript"].push_back(
        {{"role", line.role}, {"message", line.text}, {"time_in_call_secs", (line.at_ms - opened_at_) / 1000}});
  }
  return view;
}

}  // namespace sessioncore::simulators
