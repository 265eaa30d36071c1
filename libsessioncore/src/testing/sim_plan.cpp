#include "testing/sim_plan.hpp"

#include <algorithm>
#include <array>

namespace sessioncore::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Each value is a fresh roll of the same purpose.
class Roller {
 public:
  Roller(const Dice& dice, std::uint64_t what) : dice_(dice), what_(what) {}
  std::uint64_t below(std::uint64_t n) { return dice_.below(n, what_, ++count_); }
  bool chance(unsigned percent) { return dice_.chance(percent, what_, ++count_); }
  Duration between(Duration low, Duration high) { return dice_.between(low, high, what_, ++count_); }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }

 private:
  const Dice& dice_;
  std::uint64_t what_;
  std::uint64_t count_ = 0;
};

Policy make_policy(const Dice& dice) {
  Roller roll(dice, luck_policy);
  Policy policy;
  policy.agent = AgentId("agent");
  policy.grace_period = roll.one_of<Duration>({seconds(0), seconds(5), seconds(30), seconds(180)});
  policy.human_cooldown = roll.one_of<Duration>({seconds(0), seconds(0), seconds(600)});
  policy.message_buffer = roll.one_of<Duration>({seconds(0), seconds(3), seconds(20)});
  policy.message_buffer_max = policy.message_buffer * static_cast<int>(1 + roll.below(3));
  policy.reply_timeout = roll.one_of<Duration>({seconds(5), seconds(30)});
  policy.link_idle_timeout = roll.one_of<Duration>({seconds(20), seconds(600)});
  policy.conversation_timeout = roll.one_of<Duration>({seconds(60), seconds(1800)});
  policy.greeting_wait = roll.one_of<Duration>({seconds(0), Duration(300)});
  policy.reconnect_attempts_max = static_cast<std::uint32_t>(roll.below(4));
  policy.queued_retry = roll.one_of<Duration>({seconds(60), seconds(300)});
  policy.fallback_text = roll.chance(40) ? "We will be with you soon." : "";
  policy.ai_turns_per_hour_max = roll.one_of<std::uint32_t>({2, 30, 30});
  policy.forward_unsolicited = roll.chance(20);
  policy.answer_while_queued = roll.chance(25);
  policy.handoff_farewell = roll.one_of<Duration>({seconds(0), seconds(5)});
  policy.ai_inactivity = roll.one_of<Duration>({seconds(0), minutes(10), minutes(30)});
  policy.human_inactivity = roll.one_of<Duration>({seconds(0), minutes(30)});
  policy.queued_inactivity = roll.one_of<Duration>({seconds(0), minutes(30)});
  policy.on_ambiguous_send =
      roll.one_of({AmbiguousSend::resend, AmbiguousSend::resend, AmbiguousSend::drop, AmbiguousSend::ask_operator});
  policy.text_max_chars = roll.one_of<std::uint32_t>({4096, 4096, 12});
  policy.pending_messages_max = roll.one_of<std::uint32_t>({200, 200, 5});
  policy.sends_max = roll.one_of<std::uint32_t>({64, 64, 4});
  return policy;
}

Faults make_faults(const Dice& dice) {
  Roller roll(dice, luck_swarm);
  const auto some = [&](unsigned most) { return roll.chance(35) ? 1 + static_cast<unsigned>(roll.below(most)) : 0U; };
  Faults faults;
  for (unsigned* fault :
       {&faults.duplicate_webhook, &faults.slow_webhook, &faults.null_id, &faults.no_echo, &faults.echo_first,
        &faults.list_fails, &faults.greeting, &faults.two_finals, &faults.repeated_final, &faults.empty_first,
        &faults.unsolicited, &faults.late_reply, &faults.slow_reply}) {
    *fault = some(80);
  }
  for (unsigned* fault : {&faults.send_retryable, &faults.send_ambiguous, &faults.send_disconnected, &faults.open_fails,
                          &faults.open_silent, &faults.ask_silent, &faults.ask_closes, &faults.ask_clean_close}) {
    *fault = some(40);
  }
  for (unsigned* fault : {&faults.send_permanent, &faults.open_refused, &faults.open_busy, &faults.handoff_tool}) {
    *fault = some(20);
  }
  faults.send_waits = some(80);
  return faults;
}

Deed pick_deed(Roller& roll) {
  static constexpr std::array kWeighted = {std::pair{Deed::contact_writes, 46},
                                           std::pair{Deed::phone_writes, 8},
                                           std::pair{Deed::take_over, 8},
                                           std::pair{Deed::release, 9},
                                           std::pair{Deed::close, 3},
                                           std::pair{Deed::reopen, 2},
                                           std::pair{Deed::operator_sends, 7},
                                           std::pair{Deed::edit, 2},
                                           std::pair{Deed::deletion, 2},
                                           std::pair{Deed::report, 2},
                                           std::pair{Deed::handoff, 1},
                                           std::pair{Deed::crash, 2},
                                           std::pair{Deed::crash_at_point, 4},
                                           std::pair{Deed::store_fault, 2},
                                           std::pair{Deed::clock_jump, 1},
                                           std::pair{Deed::agent_toggle, 1},
                                           std::pair{Deed::blacklist_toggle, 1},
                                           std::pair{Deed::account_toggle, 5}};
  int left = static_cast<int>(roll.below(106));
  for (const auto& [deed, weight] : kWeighted) {
    left -= weight;
    if (left < 0) return deed;
  }
  return Deed::contact_writes;
}

std::string name_of(Deed deed) {
  switch (deed) {
    case Deed::contact_writes: return "contact_writes";
    case Deed::phone_writes: return "phone_writes";
    case Deed::take_over: return "take_over";
    case Deed::release: return "release";
    case Deed::close: return "close";
    case Deed::reopen: return "reopen";
    case Deed::operator_sends: return "operator_sends";
    case Deed::edit: return "edit";
    case Deed::deletion: return "deletion";
    case Deed::report: return "report";
    case Deed::handoff: return "handoff";
    case Deed::crash: return "crash";
    case Deed::crash_at_point: return "crash_at_point";
    case Deed::store_fault: return "store_fault";
    case Deed::clock_jump: return "clock_jump";
    case Deed::agent_toggle: return "agent_toggle";
    case Deed::blacklist_toggle: return "blacklist_toggle";
    case Deed::account_toggle: return "account_toggle";
  }
  return "";
}

}  // namespace

Plan make_plan(const Dice& dice) {
  Plan plan;
  plan.policy = make_policy(dice);
  plan.faults = make_faults(dice);
  Roller roll(dice, luck_plan);
  plan.chats = 1 + roll.below(3);
  plan.length = roll.one_of<Duration>({minutes(5), minutes(30), hours(2), hours(8)});
  const std::size_t count = 10 + roll.below(70);
  for (std::size_t n = 0; n < count; ++n) {
    PlanEntry entry;
    entry.deed = pick_deed(roll);
    entry.chat = roll.below(plan.chats);
    entry.detail = roll.below(1U << 20U);
    // Half of what happens follows close on what happened before: races need company.
    const bool close_on = roll.chance(50) && !plan.entries.empty();
    entry.at = close_on ? plan.entries.back().at + roll.between(Duration(0), seconds(8))
                        : roll.between(Duration(0), plan.length);
    plan.entries.push_back(entry);
  }
  std::stable_sort(plan.entries.begin(), plan.entries.end(),
                   [](const PlanEntry& a, const PlanEntry& b) { return a.at < b.at; });
  return plan;
}

std::string text_of(const PlanEntry& entry) {
  return "+" + std::to_string(entry.at.count()) + "ms chat" + std::to_string(entry.chat) + " " + name_of(entry.deed) +
         " " + std::to_string(entry.detail);
}

}  // namespace sessioncore::testing
