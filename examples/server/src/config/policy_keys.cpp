#include "config/policy_keys.hpp"

namespace sessioncore::server {

namespace {

struct SecondsKey {
  const char* key;
  Duration Policy::*field;
  Duration min = Duration(0);
};

constexpr Duration kTick(1);  // where nothing at all would mean "give up before having tried"

constexpr SecondsKey kSeconds[] = {
    {"grace_period_seconds", &Policy::grace_period},
    {"human_cooldown_seconds", &Policy::human_cooldown},
    {"message_buffer_seconds", &Policy::message_buffer},
    {"message_buffer_max_seconds", &Policy::message_buffer_max},
    {"reply_timeout_seconds", &Policy::reply_timeout, kTick},
    {"link_init_timeout_seconds", &Policy::link_init_timeout, kTick},
    {"link_idle_timeout_seconds", &Policy::link_idle_timeout, kTick},
    {"conversation_timeout_seconds", &Policy::conversation_timeout, kTick},
    {"greeting_wait_seconds", &Policy::greeting_wait},
    {"reconnect_base_seconds", &Policy::reconnect_base},
    {"busy_base_seconds", &Policy::busy_base},
    {"queued_retry_seconds", &Policy::queued_retry},
    {"retry_max_seconds", &Policy::retry_max},
    {"handoff_farewell_seconds", &Policy::handoff_farewell},
    {"ai_inactivity_seconds", &Policy::ai_inactivity},
    {"human_inactivity_seconds", &Policy::human_inactivity},
    {"queued_inactivity_seconds", &Policy::queued_inactivity},
    {"send_retry_base_seconds", &Policy::send_retry_base},
    {"account_retry_seconds", &Policy::account_retry, kTick},
    {"ambiguous_send_wait_seconds", &Policy::ambiguous_send_wait},
    {"echo_match_window_seconds", &Policy::echo_match_window},
    {"late_after_seconds", &Policy::late_after},
};

struct CountKey {
  const char* key;
  std::uint32_t Policy::*field;
  std::uint32_t min;
  std::uint32_t max;
};

// The most of a history and of a question together stay under the agent's largest frame, whatever JSON makes of them.
constexpr CountKey kCounts[] = {
    {"reconnect_attempts_max", &Policy::reconnect_attempts_max, 0, 100},
    {"ai_turns_per_hour_max", &Policy::ai_turns_per_hour_max, 1, 1000},
    {"send_attempts_max", &Policy::send_attempts_max, 1, 100},
    {"text_max_chars", &Policy::text_max_chars, 1, 1'000'000},
    {"context_messages", &Policy::context_messages, 0, 1000},
    {"context_chars_max", &Policy::context_chars_max, 0, 50'000},
    {"question_chars_max", &Policy::question_chars_max, 1, 100'000},
    {"pending_messages_max", &Policy::pending_messages_max, 1, 10'000},
    {"sends_max", &Policy::sends_max, 1, 1000},
    {"echoes_max", &Policy::echoes_max, 0, 1000},
};

AmbiguousSend ambiguous_send(const std::string& name) {
  if (name == "drop") return AmbiguousSend::drop;
  return name == "ask_operator" ? AmbiguousSend::ask_operator : AmbiguousSend::resend;
}

std::string name_of_ambiguous_send(AmbiguousSend value) {
  switch (value) {
    case AmbiguousSend::resend: return "resend";
    case AmbiguousSend::drop: return "drop";
    case AmbiguousSend::ask_operator: return "ask_operator";
  }
  return "";
}

}  // namespace

Policy read_policy_keys(ObjectReader& reader, const Policy& base) {
  Policy policy = base;
  for (const SecondsKey& row : kSeconds) policy.*row.field = reader.seconds(row.key, base.*row.field, row.min);
  for (const CountKey& row : kCounts) {
    policy.*row.field = static_cast<std::uint32_t>(reader.number(row.key, base.*row.field, row.min, row.max));
  }
  policy.fallback_text = reader.text("fallback_text", base.fallback_text);
  policy.forward_unsolicited = reader.flag("forward_unsolicited", base.forward_unsolicited);
  policy.answer_while_queued = reader.flag("answer_while_queued", base.answer_while_queued);
  policy.handoff_tool = reader.text("handoff_tool", base.handoff_tool);
  policy.on_ambiguous_send = ambiguous_send(reader.choice(
      "on_ambiguous_send", name_of_ambiguous_send(base.on_ambiguous_send), {"resend", "drop", "ask_operator"}));
  reader.object("context_labels", [&](ObjectReader& labels) {
    policy.context_labels.contact = labels.text("contact", base.context_labels.contact);
    policy.context_labels.human = labels.text("human", base.context_labels.human);
    policy.context_labels.agent = labels.text("ai", labels.text("agent", base.context_labels.agent));  // R26 says ai
  });
  return policy;
}

}  // namespace sessioncore::server
