/// What a business has configured, as one immutable value that is passed with each event.
///
/// Defaults stand here; the server's README lists the keys of a configuration. A policy is data: replaying an event
/// with the policy stored beside it needs no look-up.
///
/// Every duration lies within 0 and 366 days, or is `kForever`. What 0 means stands at the field where it is not "at
/// once"; everywhere else "never" is written `kForever`: with `grace_period = kForever` no conversation comes to the
/// agent by itself. Thread rule: plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore {

/// What to do with a send of which nobody knows whether it went out (R22).
enum class AmbiguousSend { resend, drop, ask_operator };

/// What the channel's account can do at this moment (R21). `removed`: the business disconnected it for good.
/// `catching_up`: it is there, but what was missed meanwhile is still to come, so nothing is said yet (ADR 0144).
enum class AccountState { connected, disconnected, removed, catching_up };

/// Speaker names in the history given to the agent (S8.3, R6).
struct ContextLabels {
  std::string contact = "Patient";
  std::string human = "Operator";
  std::string agent = "Assistant";

  friend bool operator==(const ContextLabels&, const ContextLabels&) = default;
};

struct Policy {
  using seconds = std::chrono::seconds;

  // Verdicts about this chat at this moment.
  std::optional<AgentId> agent{};  ///< the agent that may answer; empty: none configured, or inactive (S5, R18)
  bool blacklisted = false;        ///< the contact's number is on the tenant's list (S12)
  AccountState account = AccountState::connected;  ///< of the account that the chat runs through (R21)

  // People first.
  Duration grace_period = seconds(180);
  Duration human_cooldown = seconds(0);  ///< R12

  // Bursts (R7).
  Duration message_buffer = seconds(20);
  Duration message_buffer_max = seconds(60);

  // The agent's link and turns (S13.4, R19, R20, R24).
  Duration reply_timeout = seconds(30);
  Duration link_init_timeout = seconds(15);
  Duration link_idle_timeout = seconds(600);
  Duration conversation_timeout = seconds(1800);
  Duration greeting_wait = Duration(300);
  Duration reconnect_base = Duration(1500);
  Duration busy_base = seconds(10);  ///< first wait after "too many conversations", doubling
  std::uint32_t reconnect_attempts_max = 3;
  Duration queued_retry = seconds(300);  ///< 0: never ask the agent again
  std::string fallback_text{};           ///< empty: say nothing when the agent cannot be reached
  std::uint32_t ai_turns_per_hour_max = 30;
  bool forward_unsolicited = false;

  // Attempts that failed: the next waits twice as long, for the agent's link and for sends alike (R20, R21, ADR 0152).
  Duration retry_max = seconds(300);  ///< at most so long; a longer first wait stays as it is; 0: always the first

  // Hand-off (R27).
  Duration handoff_farewell = seconds(5);
  bool answer_while_queued = false;
  std::string handoff_tool = "transfer_to_human";

  // Silence ends a session (R13); 0: never.
  Duration ai_inactivity = seconds(1800);
  Duration human_inactivity = seconds(1800);
  Duration queued_inactivity = seconds(1800);

  // Sends (R3, R21, R22, R23).
  std::uint32_t send_attempts_max = 5;
  Duration send_retry_base = seconds(1);
  /// Next try of a send that the channel refused as disconnected although `account` says connected; doubles.
  Duration account_retry = seconds(10);
  Duration ambiguous_send_wait = seconds(10);
  AmbiguousSend on_ambiguous_send = AmbiguousSend::resend;
  Duration echo_match_window = seconds(120);
  std::uint32_t text_max_chars = 4096;  ///< the channel's limit, in Unicode code points

  // Late deliveries and history (R25, R6).
  Duration late_after = seconds(60);
  std::uint32_t context_messages = 20;
  ContextLabels context_labels{};
  std::uint32_t context_chars_max = 20'000;    ///< of the history, in Unicode code points; the newest lines stay
  std::uint32_t question_chars_max = 100'000;  ///< of one question, likewise; its newest part stays

  // Bounds. What they do is a row: 18.1/+6 for messages that wait for an answer (whoever they are taken from the agent
  // still sees among the last `context_messages`), 18.3/+18 and 8.3/+34 for texts under way.
  std::uint32_t pending_messages_max = 200;
  std::uint32_t sends_max = 64;
  /// Texts that are out and whose echo may still come; of more, the oldest echo is a human's.
  std::uint32_t echoes_max = 32;

  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace sessioncore
