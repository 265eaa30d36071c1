// The form of a policy: complete, so that a decision can be replayed by a later version with other defaults.
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::json {
namespace detail {

template <class Visitor, Of<ContextLabels> T>
void describe(Visitor& visit, T& labels) {
  auto& [contact, human, agent] = labels;
  visit.given("contact", contact);
  visit.given("human", human);
  visit.given("agent", agent);
}

template <class Visitor, Of<Policy> T>
void describe(Visitor& visit, T& policy) {
  auto& [agent, blacklisted, account, grace_period, human_cooldown, message_buffer, message_buffer_max, reply_timeout,
         link_init_timeout, link_idle_timeout, conversation_timeout, greeting_wait, reconnect_base, busy_base,
         reconnect_attempts_max, queued_retry, fallback_text, ai_turns_per_hour_max, forward_unsolicited, retry_max,
         handoff_farewell, answer_while_queued, handoff_tool, ai_inactivity, human_inactivity, queued_inactivity,
         send_attempts_max, send_retry_base, account_retry, ambiguous_send_wait, on_ambiguous_send, echo_match_window,
         text_max_chars, late_after, context_messages, context_labels, context_chars_max, question_chars_max,
         pending_messages_max, sends_max, echoes_max] = policy;
  visit.field("agent", agent);
  visit.given("blacklisted", blacklisted);
  visit.given("account", account);
  visit.given("grace_period_ms", grace_period);
  visit.given("human_cooldown_ms", human_cooldown);
  visit.given("message_buffer_ms", message_buffer);
  visit.given("message_buffer_max_ms", message_buffer_max);
  visit.given("reply_timeout_ms", reply_timeout);
  visit.given("link_init_timeout_ms", link_init_timeout);
  visit.given("link_idle_timeout_ms", link_idle_timeout);
  visit.given("conversation_timeout_ms", conversation_timeout);
  visit.given("greeting_wait_ms", greeting_wait);
  visit.given("reconnect_base_ms", reconnect_base);
  visit.given("busy_base_ms", busy_base);
  visit.given("reconnect_attempts_max", reconnect_attempts_max);
  visit.given("queued_retry_ms", queued_retry);
  visit.given("fallback_text", fallback_text);
  visit.given("ai_turns_per_hour_max", ai_turns_per_hour_max);
  visit.given("forward_unsolicited", forward_unsolicited);
  visit.given("retry_max_ms", retry_max);
  visit.given("handoff_farewell_ms", handoff_farewell);
  visit.given("answer_while_queued", answer_while_queued);
  visit.given("handoff_tool", handoff_tool);
  visit.given("ai_inactivity_ms", ai_inactivity);
  visit.given("human_inactivity_ms", human_inactivity);
  visit.given("queued_inactivity_ms", queued_inactivity);
  visit.given("send_attempts_max", send_attempts_max);
  visit.given("send_retry_base_ms", send_retry_base);
  visit.given("account_retry_ms", account_retry);
  visit.given("ambiguous_send_wait_ms", ambiguous_send_wait);
  visit.given("on_ambiguous_send", on_ambiguous_send);
  visit.given("echo_match_window_ms", echo_match_window);
  visit.given("text_max_chars", text_max_chars);
  visit.given("late_after_ms", late_after);
  visit.given("context_messages", context_messages);
  visit.given("context_labels", context_labels);
  visit.given("context_chars_max", context_chars_max);
  visit.given("question_chars_max", question_chars_max);
  visit.given("pending_messages_max", pending_messages_max);
  visit.given("sends_max", sends_max);
  visit.given("echoes_max", echoes_max);
}

}  // namespace detail

std::string write(const Policy& policy) {
  return detail::print(detail::to_document(policy));
}
Result<Policy> read_policy(std::string_view text) {
  return detail::from_text<Policy>(text);
}

}  // namespace sessioncore::json
