// What the outside world does in one seed, decided before it starts.
#pragma once

#include "testing/sim_dice.hpp"

#include <string>
#include <vector>

#include <sessioncore/core/policy.hpp>

namespace sessioncore::testing {

enum class Deed {
  contact_writes,
  phone_writes,
  take_over,
  release,
  close,
  reopen,
  operator_sends,
  edit,
  deletion,
  report,
  handoff,
  crash,
  crash_at_point,
  store_fault,
  clock_jump,
  agent_toggle,
  blacklist_toggle,
  account_toggle
};

struct PlanEntry {
  Duration at{};
  Deed deed = Deed::contact_writes;
  std::uint64_t chat = 0;
  std::uint64_t detail = 0;  // which user, which flags, which point: by deed
};

// How bad the world is in this seed: percentages. Zero for all but a random few (a swarm of faults).
struct Faults {
  unsigned duplicate_webhook = 0;
  unsigned slow_webhook = 0;
  unsigned null_id = 0;
  unsigned no_echo = 0;
  unsigned echo_first = 0;
  unsigned send_retryable = 0;
  unsigned send_permanent = 0;
  unsigned send_disconnected = 0;
  unsigned send_ambiguous = 0;
  unsigned send_waits = 0;
  unsigned list_fails = 0;
  unsigned open_fails = 0;
  unsigned open_refused = 0;
  unsigned open_busy = 0;
  unsigned open_silent = 0;
  unsigned greeting = 0;
  unsigned ask_silent = 0;
  unsigned ask_closes = 0;
  unsigned ask_clean_close = 0;
  unsigned two_finals = 0;
  unsigned repeated_final = 0;
  unsigned empty_first = 0;
  unsigned unsolicited = 0;
  unsigned handoff_tool = 0;
  unsigned late_reply = 0;
  unsigned slow_reply = 0;
};

struct Plan {
  std::vector<PlanEntry> entries;  // in order of time
  Policy policy;
  Faults faults;
  Duration length{};  // of the phase with faults
  std::uint64_t chats = 1;
};

[[nodiscard]] Plan make_plan(const Dice& dice);
[[nodiscard]] std::string text_of(const PlanEntry& entry);

}  // namespace sessioncore::testing
