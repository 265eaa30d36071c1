// Deadlines are fields; the earliest is a minimum over all of them.
#include "core/deadlines.hpp"

#include <functional>
#include <vector>

#include <doctest/doctest.h>

using namespace sessioncore;
using detail::deadline_of;
using std::chrono::seconds;

namespace {

constexpr Instant kAt{1'000'000};

struct Field {
  DeadlineKind kind;
  std::function<void(Conversation&, Instant)> set;
};

AgentWork& ai_work(Conversation& state) {
  if (phase_of(state) != Phase::ai) state.phase = AiActive{};
  return std::get<AiActive>(state.phase).work;
}

void set_link(Conversation& state, LinkStage stage, Instant at) {
  state.link.stage = stage;
  state.link.deadline = at;
}

void add_send(Conversation& state, SendStage stage, Instant at) {
  Send send;
  send.author = Author::human;
  send.stage = stage;
  send.deadline = at;
  state.sends.push_back(send);
}

const std::vector<Field>& fields() {
  static const std::vector<Field> kFields = {
      {DeadlineKind::grace, [](Conversation& c, Instant at) { c.phase = Waiting{at}; }},
      {DeadlineKind::link_init, [](Conversation& c, Instant at) { set_link(c, LinkStage::opening, at); }},
      {DeadlineKind::reply,
       [](Conversation& c, Instant at) {
         ai_work(c).turn = Turn{1, 0, TurnStage::asked, at};
       }},
      {DeadlineKind::reconnect, [](Conversation& c, Instant at) { set_link(c, LinkStage::backing_off, at); }},
      {DeadlineKind::ask, [](Conversation& c, Instant at) { c.link.ask_at = at; }},
      {DeadlineKind::buffer, [](Conversation& c, Instant at) { ai_work(c).buffer_deadline = at; }},
      {DeadlineKind::handoff,
       [](Conversation& c, Instant at) {
         ai_work(c);
         std::get<AiActive>(c.phase).handoff_at = at;
       }},
      {DeadlineKind::queued_retry,
       [](Conversation& c, Instant at) {
         c.phase = Queued{QueueReason::agent_unavailable, kAt, at, {}};
       }},
      {DeadlineKind::send_retry, [](Conversation& c, Instant at) { add_send(c, SendStage::backing_off, at); }},
      {DeadlineKind::send_retry, [](Conversation& c, Instant at) { add_send(c, SendStage::held, at); }},
      {DeadlineKind::ambiguous_send, [](Conversation& c, Instant at) { add_send(c, SendStage::ambiguous, at); }},
      {DeadlineKind::link_idle, [](Conversation& c, Instant at) { set_link(c, LinkStage::ready, at); }},
      {DeadlineKind::inactivity, [](Conversation& c, Instant at) { c.session.inactivity_deadline = at; }},
  };
  return kFields;
}

}  // namespace

TEST_CASE("nothing is due in a new chat") {
  CHECK_FALSE(next_deadline(Conversation{}).has_value());
  for (const Field& field : fields()) CHECK_FALSE(deadline_of(Conversation{}, field.kind).has_value());
}

TEST_CASE("each field is the deadline of its kind, and the earliest if it is alone") {
  for (const Field& field : fields()) {
    CAPTURE(static_cast<int>(field.kind));
    Conversation state;
    field.set(state, kAt);
    CHECK(deadline_of(state, field.kind) == kAt);
    CHECK(next_deadline(state) == kAt);
  }
}

TEST_CASE("the earliest wins, whatever its kind") {
  for (const Field& earlier : fields()) {
    for (const Field& later : fields()) {
      Conversation state;
      later.set(state, kAt + seconds(10));
      earlier.set(state, kAt);
      // Some fields take each other's place; and silence does not count while the agent is busy.
      if (deadline_of(state, earlier.kind) == kAt) CHECK(next_deadline(state) == kAt);
    }
  }
}

TEST_CASE("silence does not run out while the agent has work or a text on its way") {
  Conversation state;
  state.session.inactivity_deadline = kAt;
  state.phase = AiActive{};
  CHECK(deadline_of(state, DeadlineKind::inactivity) == kAt);
  ai_work(state).buffer_deadline = kAt;
  CHECK_FALSE(deadline_of(state, DeadlineKind::inactivity).has_value());
  ai_work(state) = AgentWork{};
  ai_work(state).turn = Turn{};
  CHECK_FALSE(deadline_of(state, DeadlineKind::inactivity).has_value());
  ai_work(state) = AgentWork{};
  add_send(state, SendStage::held, kAt);
  CHECK(deadline_of(state, DeadlineKind::inactivity) == kAt);
  state.sends.back().author = Author::ai;
  CHECK_FALSE(deadline_of(state, DeadlineKind::inactivity).has_value());
  state.sends.back().stage = SendStage::unconfirmed;
  CHECK(deadline_of(state, DeadlineKind::inactivity) == kAt);
}

TEST_CASE("a crash leaves work behind where a link was open or a send under way") {
  Conversation state;
  CHECK_FALSE(needs_recovery(state));
  for (const LinkStage stage : {LinkStage::closed, LinkStage::opening, LinkStage::ready, LinkStage::backing_off}) {
    state.link.stage = stage;
    CHECK(needs_recovery(state) == (stage == LinkStage::opening || stage == LinkStage::ready));
  }
  state.link.stage = LinkStage::closed;
  for (const SendStage stage : {SendStage::queued, SendStage::performing, SendStage::backing_off, SendStage::held,
                                SendStage::ambiguous, SendStage::unconfirmed}) {
    state.sends.clear();
    add_send(state, stage, kAt);
    CHECK(needs_recovery(state) == (stage == SendStage::performing || stage == SendStage::held));
  }
}

TEST_CASE("a chat waits for news of its account while a text of it has yet to be handed over") {
  Conversation state;
  CHECK_FALSE(awaits_account(state));
  for (const SendStage stage : {SendStage::queued, SendStage::performing, SendStage::backing_off, SendStage::held,
                                SendStage::ambiguous, SendStage::unconfirmed}) {
    state.sends.clear();
    add_send(state, stage, kAt);
    CHECK(awaits_account(state) ==
          (stage == SendStage::queued || stage == SendStage::backing_off || stage == SendStage::held));
  }
  add_send(state, SendStage::held, kAt);
  state.sends.back().deadline.reset();
  CHECK(awaits_account(state));
}

TEST_CASE("a chat that has something with the outside, or kept for it, is looked at after a restart") {
  CHECK_FALSE(needs_recovery(Conversation{}));
  for (const LinkStage stage : {LinkStage::opening, LinkStage::ready}) {
    Conversation linked;
    linked.link.stage = stage;
    CHECK(needs_recovery(linked));
  }
  Conversation lost;
  set_link(lost, LinkStage::backing_off, kAt);
  CHECK_FALSE(needs_recovery(lost));
  Conversation sending;
  add_send(sending, SendStage::held, kAt);  // its deadline may lie hours ahead
  CHECK(needs_recovery(sending));
  sending.sends.back().deadline.reset();
  CHECK(needs_recovery(sending));
  sending.sends.back().stage = SendStage::queued;
  CHECK_FALSE(needs_recovery(sending));
  sending.sends.back().stage = SendStage::performing;
  CHECK(needs_recovery(sending));
}
