#include "support/random_chat.hpp"

#include <algorithm>

namespace sessioncore::test_support {
namespace {

using std::chrono::seconds;

Policy random_policy(Dice& dice) {
  Policy policy;
  policy.agent = AgentId("agent");
  const bool hasty = dice.chance(10);  // everything at once
  const auto time = [&](std::initializer_list<int> choices) {
    return hasty ? Duration(0) : Duration(seconds(dice.pick(choices)));
  };
  policy.grace_period = time({30, 180});
  policy.human_cooldown = time({0, 0, 600});
  policy.message_buffer = time({0, 20});
  policy.message_buffer_max = time({20, 60});
  policy.reply_timeout = time({5, 30});
  policy.link_init_timeout = time({5, 15});
  policy.link_idle_timeout = time({60, 600});
  policy.conversation_timeout = time({100, 1800});
  policy.greeting_wait = Duration(dice.pick({0, 300}));
  policy.reconnect_base = Duration(dice.pick({0, 1500}));
  policy.busy_base = time({10});
  policy.reconnect_attempts_max = dice.pick({0U, 1U, 3U});
  policy.queued_retry = dice.chance(20) ? Duration(0) : Duration(seconds(300));
  policy.fallback_text = dice.chance(30) ? "We will be with you soon." : "";
  policy.ai_turns_per_hour_max = dice.pick({1U, 3U, 30U});
  policy.forward_unsolicited = dice.chance(20);
  policy.handoff_farewell = time({0, 5});
  policy.answer_while_queued = dice.chance(30);
  policy.ai_inactivity = Duration(seconds(dice.pick({0, 100, 1800})));
  policy.human_inactivity = Duration(seconds(dice.pick({0, 100, 1800})));
  policy.queued_inactivity = Duration(seconds(dice.pick({0, 100, 1800})));
  policy.send_attempts_max = dice.pick({1U, 2U, 5U});
  policy.send_retry_base = time({0, 1});
  policy.account_retry = time({0, 60});
  policy.ambiguous_send_wait = time({0, 10});
  policy.on_ambiguous_send = dice.pick({AmbiguousSend::resend, AmbiguousSend::drop, AmbiguousSend::ask_operator});
  policy.text_max_chars = dice.pick({4U, 12U, 4096U});
  policy.pending_messages_max = dice.pick({1U, 3U, 200U});
  policy.sends_max = dice.pick({1U, 3U, 64U});
  return policy;
}

}  // namespace

RandomChat::RandomChat(Dice dice) : dice_(dice), policy_(random_policy(dice_)) {}

Event RandomChat::next_event() {
  move_clock();
  if (dice_.chance(3)) change_policy();
  // An outage is short, or little would ever be sent.
  if (policy_.account != AccountState::connected && dice_.chance(8)) policy_.account = AccountState::connected;
  const std::uint32_t what = dice_.below(100);
  Event event = Tick{};
  if (what < 25) {
    event = message_event();
  } else if (what < 45) {
    event = link_event();
  } else if (what < 60) {
    event = reply_event();
  } else if (what < 75) {
    event = send_result();
  } else if (what < 85) {
    event = command();
  } else if (what < 92) {
    event = other_event();
  }
  complete(event);
  return event;
}

Step RandomChat::give(const Event& event) {
  Step decided = step(state_, event, policy_, now_);
  state_ = decided.next;
  for (const Record& record : decided.records) {
    if (const auto* added = std::get_if<MessageRecorded>(&record)) {
      if (!added->provider_id.empty()) ids_.emplace(added->provider_id.value, added->number);
      deliveries_[added->number] = added->delivery;
      if (added->author != Author::contact) ours_[added->number] = added->text;
    } else if (const auto* change = std::get_if<MessageUpdated>(&record)) {
      if (change->provider_id) ids_.emplace(change->provider_id->value, change->number);
      if (change->delivery) deliveries_[change->number] = *change->delivery;
    }
  }
  return decided;
}

void RandomChat::complete(Event& event) const {
  const auto known = [&](const ProviderMessageId& id) {
    const auto at = ids_.find(id.value);
    return id.empty() || at == ids_.end() ? std::nullopt : std::optional(at->second);
  };
  if (auto* contact = std::get_if<ContactMessage>(&event)) contact->known = known(contact->provider_id);
  if (auto* self = std::get_if<SelfMessage>(&event)) self->known = known(self->provider_id);
  if (auto* edit = std::get_if<MessageEdited>(&event)) edit->known = known(edit->provider_id);
  if (auto* deletion = std::get_if<MessageDeleted>(&event)) deletion->known = known(deletion->provider_id);
  if (auto* sent = std::get_if<SendSucceeded>(&event); sent != nullptr && sent->provider_id) {
    sent->known = known(*sent->provider_id);
  }
  if (auto* report = std::get_if<DeliveryReport>(&event)) {
    report->known = known(report->provider_id);
    if (report->known) report->current = deliveries_.at(*report->known);
  }
}

void RandomChat::move_clock() {
  const auto due = next_deadline(state_);
  const std::uint32_t how = dice_.below(10);
  if (how < 4) return;
  if (how < 7 && due && *due > now_ && *due - now_ < std::chrono::years(1)) {
    now_ = *due + Duration(dice_.pick({-1, 0, 0, 1}));
  } else if (how < 9) {
    now_ = now_ + Duration(dice_.below(20'000));
  } else {
    now_ = now_ + Duration(dice_.below(4'000'000));
  }
}

void RandomChat::change_policy() {
  const std::uint32_t what = dice_.below(4);
  if (what == 0) policy_.agent = policy_.agent ? std::nullopt : std::optional(AgentId("agent"));
  if (what == 1) policy_.blacklisted = !policy_.blacklisted;
  if (what == 2) policy_.answer_while_queued = !policy_.answer_while_queued;
  if (what == 3) {
    policy_.account = policy_.account != AccountState::connected ? AccountState::connected
                      : dice_.chance(30)                         ? AccountState::removed
                      : dice_.chance(30)                         ? AccountState::catching_up
                                                                 : AccountState::disconnected;
  }
}

ProviderMessageId RandomChat::any_id() {
  if (dice_.chance(70) || last_id_ == 0) return ProviderMessageId("p" + std::to_string(++last_id_));
  return dice_.chance(5) ? ProviderMessageId() : ProviderMessageId("p" + std::to_string(1 + dice_.below(last_id_)));
}

std::string RandomChat::any_text() {
  return dice_.pick<const char*>({"", "  ", "hi", "Merhaba", "a longer text, with several words in it", "ok", "ok "});
}

Generation RandomChat::any_generation() {
  const Generation now = state_.link.generation;
  return dice_.chance(85) ? now : dice_.below(now + 2);
}

UserId RandomChat::any_user() {
  return UserId(dice_.pick<const char*>({"u1", "u2"}));
}

void RandomChat::fill(InboundMessage& message) {
  message.provider_id = any_id();
  const auto ago = Duration(dice_.pick({0, 0, 0, 500, 2'000, 10'000, 70'000, 400'000, -5'000}));
  message.provider_time = dice_.chance(5) ? Instant{} : now_ - ago;
  message.text = any_text();
  if (dice_.chance(10)) message.kind = MessageKind::image;
}

Event RandomChat::message_event() {
  if (dice_.chance(70)) {
    ContactMessage message;
    fill(message);
    return message;
  }
  SelfMessage message;
  fill(message);
  if (!ours_.empty() && dice_.chance(60)) message.text = std::prev(ours_.end())->second;
  return message;
}

Event RandomChat::link_event() {
  const std::uint32_t what = dice_.below(10);
  if (what < 5) return LinkReady{any_generation(), "conversation"};
  if (what < 6) return AgentToolCalled{any_generation(), "look_up", "call", ""};
  if (what < 7) return AgentToolCalled{any_generation(), policy_.handoff_tool, "call", ""};
  return LinkClosed{any_generation(),
                    dice_.pick({LinkLoss::clean, LinkLoss::failed, LinkLoss::refused, LinkLoss::busy}), "closed"};
}

Event RandomChat::reply_event() {
  AgentReplied reply{any_generation(), std::nullopt, any_text()};
  if (dice_.chance(60)) ++last_event_id_;
  if (dice_.chance(90)) reply.event_id = last_event_id_ - (dice_.chance(5) ? 1 : 0);
  if (dice_.chance(10)) reply.questions = static_cast<std::uint32_t>(dice_.below(3));
  return reply;
}

Event RandomChat::send_result() {
  const auto at = std::find_if(state_.sends.begin(), state_.sends.end(),
                               [](const Send& send) { return send.stage == SendStage::performing; });
  const bool real = at != state_.sends.end() && dice_.chance(95);
  const MessageNumber message = real ? at->message : dice_.below(state_.message_count + 1);
  SendId send{message, real ? at->attempts : 1};
  if (dice_.chance(5)) --send.attempt;  // told once more
  if (dice_.chance(60)) {
    SendSucceeded result{send, std::nullopt, std::nullopt};
    if (dice_.chance(80)) result.provider_id = any_id();
    return result;
  }
  return SendFailed{send,
                    dice_.pick({SendFailure::retryable, SendFailure::retryable, SendFailure::permanent,
                                SendFailure::disconnected, SendFailure::ambiguous, SendFailure::withdrawn}),
                    "503"};
}

Event RandomChat::command() {
  switch (dice_.below(6)) {
    case 0: return TakeOver{any_user(), dice_.chance(30)};
    case 1:
    case 2: return Release{any_user(), dice_.chance(50)};
    case 3: return Close{any_user()};
    case 4: return Reopen{any_user()};
    default: return SendText{any_user(), any_text(), dice_.chance(50)};
  }
}

Event RandomChat::other_event() {
  switch (dice_.below(9)) {
    case 0: return MessageEdited{any_id(), any_text(), std::nullopt};
    case 1:
    case 2: return MessageDeleted{any_id(), std::nullopt};
    case 3:
      return DeliveryReport{any_id(), dice_.pick({ReportedDelivery::delivered, ReportedDelivery::read}), std::nullopt,
                            Delivery::none};
    case 4: return HandoffRequested{"keyword"};
    case 5: return BlacklistChanged{};
    case 6:
    case 7: return AccountChanged{};
    default: return Recovered{};
  }
}

}  // namespace sessioncore::test_support
