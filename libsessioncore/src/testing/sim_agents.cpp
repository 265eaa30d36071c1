#include "testing/sim_world.hpp"

#include <sstream>

namespace sessioncore::testing {

using std::chrono::seconds;

bool SimAgents::is_open(const LinkId& link) const {
  return open_.count({link.chat.value, link.generation}) != 0;
}

void SimAgents::drop(const LinkId& link, Duration after, LinkLoss loss) {
  world_.schedule.after(
      after,
      [this, link, loss] {
        if (!is_open(link)) return;
        close(link);
        world_.post(link.chat, LinkClosed{link.generation, loss, "simulated"}, Duration(0));
      },
      world_.process);
}

void SimAgents::open(const LinkId& link, const AgentId&, const ChatFacts&) {
  const std::uint64_t roll = ++opened_;
  const Faults& faults = world_.faults();
  const Duration delay = world_.dice.between(Duration(20), seconds(2), luck_open, roll, 1);
  open_.insert({link.chat.value, link.generation});
  if (world_.dice.chance(faults.open_refused, luck_open, roll, 2)) return drop(link, delay, LinkLoss::refused);
  if (world_.dice.chance(faults.open_busy, luck_open, roll, 3)) return drop(link, delay, LinkLoss::busy);
  if (world_.dice.chance(faults.open_fails, luck_open, roll, 4)) return drop(link, delay, LinkLoss::failed);
  if (world_.dice.chance(faults.open_silent, luck_open, roll, 5)) return;
  world_.post(link.chat, LinkReady{link.generation, "conversation-" + std::to_string(roll)}, delay);
  if (world_.dice.chance(faults.greeting, luck_open, roll, 6)) {
    reply(link, delay + Duration(50), 1, "Greeting " + std::to_string(roll));
  }
}

void SimAgents::reply(const LinkId& link, Duration after, std::int64_t event, const std::string& text) {
  const bool even_if_closed = world_.dice.chance(world_.faults().late_reply, luck_late_reply, asked_, opened_);
  world_.schedule.after(
      after,
      [=, this] {
        if (!is_open(link) && !even_if_closed) return;
        // Known where it is read: the engine may have asked by the time it hears of it (R19).
        const std::uint32_t questions = asked_on_[{link.chat.value, link.generation}];
        world_.post(link.chat, AgentReplied{link.generation, event, text, questions}, Duration(0));
      },
      world_.process);
}

void SimAgents::ask(const LinkId& link, const std::string&, const std::string& question) {
  const std::uint64_t roll = ++asked_;
  std::vector<std::string> texts;
  std::istringstream lines(question);
  for (std::string line; std::getline(lines, line);) texts.push_back(line);
  if (texts.empty()) world_.checks.violated("R5: the agent is asked nothing in " + link.chat.value);
  world_.checks.on_asked(link.chat, texts);
  if (world_.sabotaged(Sabotage::ask_answered_again)) {
    world_.checks.on_asked_answered(link.chat);
    world_.checks.on_asked(link.chat, texts);
  }
  if (!is_open(link)) return;
  ++asked_on_[{link.chat.value, link.generation}];
  const Faults& faults = world_.faults();
  const Duration soon = world_.dice.between(Duration(100), seconds(4), luck_ask, roll, 1);
  if (world_.dice.chance(faults.ask_silent, luck_ask, roll, 2)) return;
  if (world_.dice.chance(faults.ask_closes, luck_ask, roll, 3)) return drop(link, soon, LinkLoss::failed);
  if (world_.dice.chance(faults.ask_clean_close, luck_ask, roll, 4)) return drop(link, soon, LinkLoss::clean);
  answer(link, roll);
}

void SimAgents::answer(const LinkId& link, std::uint64_t n) {
  const Faults& faults = world_.faults();
  const bool slow = world_.dice.chance(faults.slow_reply, luck_reply_delay, n);
  const Duration delay = slow ? world_.dice.between(seconds(2), seconds(40), luck_reply_delay, n, 1)
                              : world_.dice.between(Duration(100), seconds(2), luck_reply_delay, n, 2);
  const std::int64_t event = ++events_;
  // Every word tells which answer it belongs to: a channel with short texts cuts between words.
  const std::string tag = "-" + std::to_string(n);
  const std::string text = "Answer" + tag + " agent" + tag + " done" + tag;
  if (world_.dice.chance(faults.empty_first, luck_ask, n, 5)) reply(link, delay / 2, event, "  ");
  if (world_.dice.chance(faults.handoff_tool, luck_ask, n, 6)) {
    world_.post(link.chat, AgentToolCalled{link.generation, "transfer_to_human", "call", "{}"}, delay - Duration(50));
  }
  reply(link, delay, event, text);
  if (world_.dice.chance(faults.two_finals, luck_ask, n, 7)) {
    world_.post(link.chat, AgentToolCalled{link.generation, "look_up", "call", "{}"}, delay + Duration(10));
    reply(link, delay + seconds(1), event, "Second" + tag + " part" + tag);
  }
  if (world_.dice.chance(faults.repeated_final, luck_ask, n, 8)) reply(link, delay + Duration(200), event, text);
  if (world_.dice.chance(faults.unsolicited, luck_ask, n, 9)) {
    reply(link, delay + seconds(7), ++events_, "Still" + tag + " there" + tag);
  }
}

void SimAgents::answer_tool(const LinkId&, const std::string&, bool) {}

void SimAgents::close(const LinkId& link) {
  open_.erase({link.chat.value, link.generation});
}

}  // namespace sessioncore::testing
