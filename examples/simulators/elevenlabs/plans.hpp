// What the agent does, as plain values: one plan for a connection, one for each turn. The field lists below are the
// single source of the option names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sessioncore::simulators {

struct ConnectionPlan {
  bool greeting = false;
  std::string greeting_text = "Hello, how can I help you?";
  std::int64_t greeting_delay_ms = 50;  // 0 beats the official client's own listener
  std::int64_t metadata_delay_ms = 0;
  bool no_metadata = false;
  bool metadata_without_format = false;
  bool ping_before_metadata = false;
  std::int64_t ping_interval_ms = 5000;
  std::int64_t receive_timeout_ms = 60000;
  bool pong_counts_as_input = true;
  std::int64_t idle_close_ms = 0;
  std::int64_t max_duration_ms = 600000;
  std::int64_t lose_messages_within_ms = 0;  // the race after the metadata
  bool interrupt_on_new_message = false;
  bool event_id_as_string = false;
  bool agent_response_enabled = true;
  bool queue_waiting = false;
  bool allow_text_only_override = true;
  bool allow_first_message_override = false;
  bool allow_prompt_override = false;
  bool allow_other_overrides = true;
  std::vector<std::string> required_dynamic_variables;
  std::int64_t connect_close_code = 0;  // 0: do not close
  std::string connect_error_type;       // empty: the usual type of that code
  bool connect_error_event = true;
  bool connect_reset = false;
};

template <class Plan, class Visitor>
void visit_connection(Plan& plan, Visitor&& field) {
  field("greeting", plan.greeting);
  field("greeting_text", plan.greeting_text);
  field("greeting_delay_ms", plan.greeting_delay_ms);
  field("metadata_delay_ms", plan.metadata_delay_ms);
  field("no_metadata", plan.no_metadata);
  field("metadata_without_format", plan.metadata_without_format);
  field("ping_before_metadata", plan.ping_before_metadata);
  field("ping_interval_ms", plan.ping_interval_ms);
  field("receive_timeout_ms", plan.receive_timeout_ms);
  field("pong_counts_as_input", plan.pong_counts_as_input);
  field("idle_close_ms", plan.idle_close_ms);
  field("max_duration_ms", plan.max_duration_ms);
  field("lose_messages_within_ms", plan.lose_messages_within_ms);
  field("interrupt_on_new_message", plan.interrupt_on_new_message);
  field("event_id_as_string", plan.event_id_as_string);
  field("agent_response_enabled", plan.agent_response_enabled);
  field("queue_waiting", plan.queue_waiting);
  field("allow_text_only_override", plan.allow_text_only_override);
  field("allow_first_message_override", plan.allow_first_message_override);
  field("allow_prompt_override", plan.allow_prompt_override);
  field("allow_other_overrides", plan.allow_other_overrides);
  field("required_dynamic_variables", plan.required_dynamic_variables);
  field("connect_close_code", plan.connect_close_code);
  field("connect_error_type", plan.connect_error_type);
  field("connect_error_event", plan.connect_error_event);
  field("connect_reset", plan.connect_reset);
}

struct TurnPlan {
  std::vector<std::string> replies{"Echo: {text}"};  // {text} stands for what the user wrote
  std::int64_t reply_delay_ms = 0;
  std::int64_t reply_gap_ms = 20;  // between two replies of one turn
  bool same_event_id = true;       // two replies of one turn carry one event id
  bool silent = false;
  bool hold = false;
  bool empty_first = false;
  bool parts = false;
  std::int64_t part_gap_ms = 0;
  bool unknown_events = false;
  bool side_events = false;  // one of each event a text client has to ignore
  std::string tool_call;     // name of a client tool to call
  std::string tool_parameters = "{}";
  std::string tool_when = "before";  // before | after the final
  bool tool_wait_result = true;
  std::string late_final;  // the final of the turn before, arriving now
  std::string corrected;   // after the final: interruption, then this correction
  std::string follow_up;   // unsolicited, with a new event id
  std::int64_t follow_up_delay_ms = 50;
  bool end_call = false;
  std::int64_t close_code = 0;
  std::string close_error_type;
  bool close_error_event = true;
  std::string close_when = "before";  // before | after the final
  bool reset = false;                 // abrupt TCP reset, at close_when
};

template <class Plan, class Visitor>
void visit_turn(Plan& plan, Visitor&& field) {
  field("replies", plan.replies);
  field("reply_delay_ms", plan.reply_delay_ms);
  field("reply_gap_ms", plan.reply_gap_ms);
  field("same_event_id", plan.same_event_id);
  field("silent", plan.silent);
  field("hold", plan.hold);
  field("empty_first", plan.empty_first);
  field("parts", plan.parts);
  field("part_gap_ms", plan.part_gap_ms);
  field("unknown_events", plan.unknown_events);
  field("side_events", plan.side_events);
  field("tool_call", plan.tool_call);
  field("tool_parameters", plan.tool_parameters);
  field("tool_when", plan.tool_when);
  field("tool_wait_result", plan.tool_wait_result);
  field("late_final", plan.late_final);
  field("corrected", plan.corrected);
  field("follow_up", plan.follow_up);
  field("follow_up_delay_ms", plan.follow_up_delay_ms);
  field("end_call", plan.end_call);
  field("close_code", plan.close_code);
  field("close_error_type", plan.close_error_type);
  field("close_error_event", plan.close_error_event);
  field("close_when", plan.close_when);
  field("reset", plan.reset);
}

// What the HTTP side and the door of the WebSocket do.
struct DoorPlan {
  std::int64_t signed_url_ttl_ms = 900000;
  std::int64_t signed_url_delay_ms = 0;
  std::int64_t signed_url_status = 200;      // anything else is answered as that error
  std::int64_t signed_url_status_count = 0;  // how often; 0: until changed
  bool require_signature = false;            // refuse public connects with agent_id alone
  std::string bad_signature = "close";       // close (1008) | http (403 at the handshake)
  std::int64_t max_conversations = 0;        // above it: 3008; 0: no limit
  std::string agent_first_message;           // shown by GET agent when greeting is off
  bool agent_text_only = true;               // shown by GET agent
};

template <class Plan, class Visitor>
void visit_door(Plan& plan, Visitor&& field) {
  field("signed_url_ttl_ms", plan.signed_url_ttl_ms);
  field("signed_url_delay_ms", plan.signed_url_delay_ms);
  field("signed_url_status", plan.signed_url_status);
  field("signed_url_status_count", plan.signed_url_status_count);
  field("require_signature", plan.require_signature);
  field("bad_signature", plan.bad_signature);
  field("max_conversations", plan.max_conversations);
  field("agent_first_message", plan.agent_first_message);
  field("agent_text_only", plan.agent_text_only);
}

}  // namespace sessioncore::simulators
