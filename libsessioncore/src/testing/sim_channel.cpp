#include "testing/sim_world.hpp"

namespace sessioncore::testing {

using std::chrono::seconds;

SimChannel::Fate SimChannel::fate_of(std::uint64_t roll) const {
  const Faults& faults = world_.faults();
  auto left = static_cast<unsigned>(world_.dice.below(100, luck_send, roll));
  const auto falls_in = [&](unsigned share) {
    if (left < share) return true;
    left -= share;
    return false;
  };
  if (falls_in(faults.send_retryable / 2)) return Fate::retryable;
  if (falls_in(faults.send_permanent / 2)) return Fate::permanent;
  if (falls_in(faults.send_disconnected / 2)) return Fate::disconnected;
  if (falls_in(faults.send_ambiguous / 4)) return Fate::ambiguous_lost;
  if (falls_in(faults.send_ambiguous / 4)) return Fate::ambiguous_delivered;
  return Fate::delivered;
}

void SimChannel::send(const ChatFacts& chat, const SendId& send, const std::string& text) {
  const std::uint64_t roll = ++sends_;
  if (world_.sabotaged(Sabotage::never_finish) && world_.calm()) return;
  // Often all workers are busy, and it waits a while inside the channel.
  if (!world_.dice.chance(world_.faults().send_waits, luck_send_queue, roll)) {
    return begin(chat.id, send, text, roll);
  }
  waiting_.insert({chat.id, send.message, send.attempt});
  const Duration wait = world_.dice.between(Duration(1), seconds(20), luck_send_queue, roll, 1);
  const auto turn_comes = [=, this, id = chat.id] {
    if (waiting_.erase({id, send.message, send.attempt}) > 0) begin(id, send, text, roll);
  };
  world_.schedule.after(wait, turn_comes, world_.process);
}

void SimChannel::recall(const ChatFacts& chat, const SendId& send) {
  if (world_.sabotaged(Sabotage::ignore_recall) || waiting_.erase({chat.id, send.message, send.attempt}) == 0) return;
  world_.post(chat.id, SendFailed{send, SendFailure::withdrawn, "taken back"}, Duration(1));
}

void SimChannel::begin(const ChatId& chat, const SendId& send, const std::string& text, std::uint64_t roll) {
  world_.checks.on_send_begins(chat, send.message, world_.store.truth());
  const Duration delay = world_.dice.between(Duration(1), seconds(3), luck_send_delay, roll);
  const auto fail = [&](SendFailure failure) { world_.post(chat, SendFailed{send, failure, "simulated"}, delay); };
  switch (fate_of(roll)) {
    case Fate::retryable: return fail(SendFailure::retryable);
    case Fate::permanent: return fail(SendFailure::permanent);
    case Fate::disconnected: return fail(SendFailure::disconnected);
    case Fate::ambiguous_lost: return fail(SendFailure::ambiguous);
    case Fate::ambiguous_delivered:
      // Nobody can know whether it went out: if the echo is late, it goes out once more.
      world_.checks.on_doubt(chat, send.message);
      show(chat, send.message, text, roll, false);
      return fail(SendFailure::ambiguous);
    case Fate::delivered: break;
  }
  const bool null_id = world_.dice.chance(world_.faults().null_id, luck_send, roll, 1);
  show(chat, send.message, text, roll, null_id);
  const ProviderMessageId id("out-" + std::to_string(shown_));
  SendSucceeded result{send, null_id ? std::nullopt : std::optional(id), std::nullopt};
  world_.post(chat, result, delay);
  if (world_.sabotaged(Sabotage::send_twice)) show(chat, send.message, text, roll, false);
}

void SimChannel::show(const ChatId& chat, MessageNumber message, const std::string& text, std::uint64_t roll,
                      bool expect_echo) {
  ++shown_;
  ProviderMessageId id("out-" + std::to_string(shown_));
  world_.checks.on_shown({chat, message, id, text, world_.provider_now()});
  if (!expect_echo && world_.dice.chance(world_.faults().no_echo, luck_echo, roll)) return;

  SelfMessage echo;
  echo.provider_id = id;
  echo.provider_time = world_.provider_now();
  echo.text = world_.sabotaged(Sabotage::take_echo_for_human) ? text + " changed" : "  " + text + "\n";
  if (world_.sabotaged(Sabotage::take_echo_for_human)) echo.provider_id.value += "#human";
  const bool first = world_.dice.chance(world_.faults().echo_first, luck_echo, roll, 1);
  const Duration delay = first ? Duration(0) : world_.dice.between(Duration(1), seconds(20), luck_echo, roll, 2);
  ChatFacts facts;
  facts.id = chat;
  world_.webhook(facts, echo, delay);
}

void SimChannel::list_sent(const ChatFacts& chat, Instant since) {
  if (world_.dice.chance(world_.faults().list_fails, luck_list, ++sends_)) return;
  for (const Shown& shown : world_.checks.shown()) {
    if (shown.chat != chat.id || shown.at < since) continue;
    SelfMessage message;
    message.provider_id = shown.provider_id;
    message.provider_time = shown.at;
    message.text = shown.text;
    world_.post(chat.id, message, seconds(1));
  }
}

void SimChannel::person_writes(const ChatId& chat, std::uint64_t n) {
  ++shown_;
  SelfMessage message;
  message.provider_id = ProviderMessageId("phone-" + std::to_string(n));
  message.provider_time = world_.provider_now();
  message.text = "Person says " + std::to_string(n);
  world_.checks.on_shown({chat, 0, message.provider_id, message.text, message.provider_time});
  ChatFacts facts;
  facts.id = chat;
  world_.webhook(facts, message, world_.dice.between(Duration(0), seconds(4), luck_webhook, n, 3));
}

}  // namespace sessioncore::testing
