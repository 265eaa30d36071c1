#include "testing/scenario_policy.hpp"

#include "testing/scenario_words.hpp"

namespace sessioncore::testing::detail {
namespace {

template <class Value>
using Fields = std::map<std::string, Value Policy::*>;

const Fields<Duration> kSeconds = {
    {"grace_period_seconds", &Policy::grace_period},
    {"human_cooldown_seconds", &Policy::human_cooldown},
    {"message_buffer_seconds", &Policy::message_buffer},
    {"message_buffer_max_seconds", &Policy::message_buffer_max},
    {"reply_timeout_seconds", &Policy::reply_timeout},
    {"link_init_timeout_seconds", &Policy::link_init_timeout},
    {"link_idle_timeout_seconds", &Policy::link_idle_timeout},
    {"conversation_timeout_seconds", &Policy::conversation_timeout},
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
    {"account_retry_seconds", &Policy::account_retry},
    {"ambiguous_send_wait_seconds", &Policy::ambiguous_send_wait},
    {"echo_match_window_seconds", &Policy::echo_match_window},
    {"late_after_seconds", &Policy::late_after},
};
const Fields<std::uint32_t> kCounts = {
    {"reconnect_attempts_max", &Policy::reconnect_attempts_max},
    {"ai_turns_per_hour_max", &Policy::ai_turns_per_hour_max},
    {"send_attempts_max", &Policy::send_attempts_max},
    {"text_max_chars", &Policy::text_max_chars},
    {"context_messages", &Policy::context_messages},
    {"context_chars_max", &Policy::context_chars_max},
    {"question_chars_max", &Policy::question_chars_max},
    {"pending_messages_max", &Policy::pending_messages_max},
    {"sends_max", &Policy::sends_max},
    {"echoes_max", &Policy::echoes_max},
};
const Fields<bool> kSwitches = {
    {"blacklisted", &Policy::blacklisted},
    {"answer_while_queued", &Policy::answer_while_queued},
    {"forward_unsolicited", &Policy::forward_unsolicited},
};
const Fields<std::string> kTexts = {
    {"fallback_text", &Policy::fallback_text},
    {"handoff_tool", &Policy::handoff_tool},
};
const std::map<std::string, std::string ContextLabels::*> kLabels = {
    {"context_labels.contact", &ContextLabels::contact},
    {"context_labels.human", &ContextLabels::human},
    {"context_labels.agent", &ContextLabels::agent},
};
const std::map<std::string, AmbiguousSend> kAmbiguous = {
    {"resend", AmbiguousSend::resend}, {"drop", AmbiguousSend::drop}, {"ask_operator", AmbiguousSend::ask_operator}};

const std::map<std::string, AccountState> kAccount = {{"connected", AccountState::connected},
                                                      {"disconnected", AccountState::disconnected},
                                                      {"removed", AccountState::removed},
                                                      {"catching_up", AccountState::catching_up}};

Duration seconds(const std::string& key, const std::string& text) {
  const Duration value = parse_duration(key, text + "s");
  if (value < Duration(0)) throw BadScript(key + " must not be negative");
  return value;
}

void set(Policy& policy, const std::string& key, const std::string& text) {
  if (const auto at = kSeconds.find(key); at != kSeconds.end()) {
    policy.*at->second = seconds(key, text);
  } else if (const auto count = kCounts.find(key); count != kCounts.end()) {
    policy.*count->second = parse_number(key, text);
  } else if (const auto on = kSwitches.find(key); on != kSwitches.end()) {
    policy.*on->second = parse_switch(key, text);
  } else if (const auto words = kTexts.find(key); words != kTexts.end()) {
    policy.*words->second = text;
  } else if (const auto label = kLabels.find(key); label != kLabels.end()) {
    policy.context_labels.*label->second = text;
  } else if (key == "agent") {
    policy.agent = text == "none" ? std::nullopt : std::optional(AgentId(text));
  } else if (const auto choice = kAmbiguous.find(text); key == "on_ambiguous_send" && choice != kAmbiguous.end()) {
    policy.on_ambiguous_send = choice->second;
  } else if (const auto state = kAccount.find(text); key == "account" && state != kAccount.end()) {
    policy.account = state->second;
  } else {
    throw BadScript("unknown policy " + key + "=" + text);
  }
}

}  // namespace

void set_policy(Policy& policy, const std::map<std::string, std::string>& values) {
  for (const auto& [key, text] : values) set(policy, key, text);
}

}  // namespace sessioncore::testing::detail
