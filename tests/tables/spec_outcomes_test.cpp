// What S18's rows lead to, written down as facts: where the message belongs, what becomes of the session, and what the
// agent and the contact notice of it.
#include "situations.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace sessioncore;

namespace {

enum class Belongs { nowhere, to_the_session, to_a_new_session };
enum class Timer { none, kept, started };

struct Fact {
  const char* row;
  const char* from;  // the last column of the case's label
  Belongs message;
  const char* phase;  // afterwards
  Timer grace;
  const char* resolved_by;  // "" if it is not resolved
};

constexpr Fact kFacts[] = {
    {"18.1/1", "none", Belongs::nowhere, "none", Timer::none, ""},
    {"18.1/1", "ai", Belongs::nowhere, "ai", Timer::none, ""},
    {"18.1/2", "none", Belongs::to_a_new_session, "waiting", Timer::started, ""},
    {"18.1/3", "waiting", Belongs::to_the_session, "waiting", Timer::kept, ""},
    {"18.1/4", "ai", Belongs::to_the_session, "ai", Timer::none, ""},
    {"18.1/5", "human", Belongs::to_the_session, "human", Timer::none, ""},
    {"18.1/6", "resolved", Belongs::to_a_new_session, "waiting", Timer::started, ""},
    {"18.2/1", "waiting", Belongs::to_the_session, "resolved", Timer::none, "human"},
    {"18.2/2", "ai", Belongs::to_the_session, "human", Timer::none, ""},
    {"18.2/3", "human", Belongs::to_the_session, "human", Timer::none, ""},
    {"18.2/4", "none", Belongs::nowhere, "none", Timer::none, ""},
    {"18.3/5a", "off", Belongs::to_the_session, "human", Timer::none, ""},
    {"18.3/5b", "off", Belongs::to_the_session, "resolved", Timer::none, "human"},
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

const tables::Case& case_of(const std::vector<tables::Case>& cases, const std::string& row, const std::string& from) {
  const auto at = std::find_if(cases.begin(), cases.end(), [&](const tables::Case& each) {
    return each.row == row && ends_with(each.label, from);
  });
  REQUIRE(at != cases.end());
  return *at;
}

template <class Record>
const Record* record_of(const Step& decided) {
  for (const auto& record : decided.records) {
    if (const auto* found = std::get_if<Record>(&record)) return found;
  }
  return nullptr;
}

template <class Wanted>
bool has_effect(const Step& decided) {
  return std::any_of(decided.effects.begin(), decided.effects.end(),
                     [](const Effect& effect) { return std::holds_alternative<Wanted>(effect); });
}

Step decide(const tables::Case& each) {
  return step(each.situation.state, each.situation.event, each.situation.policy, tables::kNow);
}

// The same conversation with the agent at work: asked, on an open link.
tables::Case at_work(tables::Case each) {
  Conversation& state = each.situation.state;
  state.link = Link{};
  state.link.stage = LinkStage::ready;
  state.link.questions = 1;
  std::get<AiActive>(state.phase).work.turn = Turn{1, 0, TurnStage::asked, tables::kNow + std::chrono::seconds(20)};
  return each;
}

}  // namespace

TEST_CASE("S18.1, S18.2, S18.3 send: where the message belongs, and what becomes of the session") {
  const auto cases = tables::all_cases();
  for (const Fact& fact : kFacts) {
    CAPTURE(fact.row);
    CAPTURE(fact.from);
    const tables::Case& each = case_of(cases, fact.row, fact.from);
    const Step decided = decide(each);
    const auto* message = record_of<MessageRecorded>(decided);
    REQUIRE(message != nullptr);
    const SessionNumber before = each.situation.state.session.number;
    switch (fact.message) {
      case Belongs::nowhere: CHECK(message->session == 0); break;
      case Belongs::to_the_session: CHECK(message->session == before); break;
      case Belongs::to_a_new_session: CHECK(message->session == before + 1); break;
    }
    CHECK(to_string(phase_of(decided.next)) == fact.phase);
    const auto* waiting = std::get_if<Waiting>(&decided.next.phase);
    CHECK((waiting != nullptr) == (fact.grace != Timer::none));
    if (fact.grace == Timer::started) {
      CHECK(waiting->grace_deadline == tables::kNow + each.situation.policy.grace_period);
    } else if (fact.grace == Timer::kept) {
      CHECK(*waiting == std::get<Waiting>(each.situation.state.phase));
    }
    const auto* resolved = std::get_if<Resolved>(&decided.next.phase);
    if (resolved != nullptr) CHECK(to_string(resolved->by) == fact.resolved_by);
    CHECK(has_effect<SendMessage>(decided) == std::holds_alternative<SendText>(each.situation.event));
    CHECK_FALSE(has_effect<OpenLink>(decided));
    CHECK_FALSE(has_effect<AskAgent>(decided));
  }
}

TEST_CASE("S18.1: only a message to the agent's session makes a question due") {
  const auto cases = tables::all_cases();
  for (const char* row : {"18.1/1", "18.1/2", "18.1/3", "18.1/4", "18.1/5", "18.1/6"}) {
    for (const tables::Case& each : cases) {
      if (each.row != row) continue;
      CAPTURE(each.label);
      const Step decided = decide(each);
      const auto* ai = std::get_if<AiActive>(&decided.next.phase);
      const bool due = ai != nullptr && ai->work.buffer_deadline.has_value();
      CHECK(due == (std::string(row) == "18.1/4"));
    }
  }
}

TEST_CASE("S18.1: a blacklisted contact's message opens a closed chat, and no session") {
  tables::Case each = case_of(tables::all_cases(), "18.1/1", "resolved");
  each.situation.state.closed = true;
  const Step decided = decide(each);
  CHECK_FALSE(decided.next.closed);
  CHECK(phase_of(decided.next) == Phase::resolved);
}

TEST_CASE("S18.2, S18.3: who takes the agent's conversation closes its link") {
  const auto cases = tables::all_cases();
  for (const auto& each : {std::pair("18.2/2", "ai"), std::pair("18.3/1", "ai, nobody, off"), std::pair("18.3/3", "ai"),
                           std::pair("18.3/+22", "on")}) {
    CAPTURE(each.first);
    const Step decided = decide(at_work(case_of(cases, each.first, each.second)));
    CHECK(has_effect<CloseLink>(decided));
    CHECK(decided.next.link.stage == LinkStage::closed);
  }
}

TEST_CASE("S18.3: take over, release, close and reopen") {
  const auto cases = tables::all_cases();
  for (const char* from : {"waiting, nobody, off", "ai, nobody, off"}) {
    const Step decided = decide(case_of(cases, "18.3/1", from));
    CHECK(std::get<HumanActive>(decided.next.phase) == HumanActive{UserId("u1"), tables::kNow});
    CHECK(record_of<SessionChanged>(decided)->taken_over_by == UserId("u1"));
    CHECK(record_of<SessionChanged>(decided)->taken_over_at == tables::kNow);
  }

  tables::Case released = case_of(cases, "18.3/2", "off");
  released.situation.state.session.agent_conversation_id = "conversation";
  released.situation.state.session.agent_conversation_created_at = tables::kNow;
  released.situation.state.session.agent_last_interaction_at = tables::kNow;
  const Step back = decide(released);
  CHECK(phase_of(back.next) == Phase::ai);
  const auto* row = record_of<SessionChanged>(back);
  CHECK_FALSE(row->taken_over_by.has_value());
  CHECK_FALSE(row->taken_over_at.has_value());
  CHECK(row->agent_conversation_id.empty());
  CHECK_FALSE(row->agent_conversation_created_at.has_value());
  CHECK_FALSE(row->agent_last_interaction_at.has_value());
  CHECK(back.effects.empty());
  CHECK(has_effect<OpenLink>(decide(case_of(cases, "18.3/+7", "on"))));

  for (const char* from : {"waiting", "ai", "queued", "human"}) {
    const Step closed = decide(case_of(cases, "18.3/3", from));
    CHECK(closed.next.closed);
    CHECK(std::get<Resolved>(closed.next.phase).by == ResolvedBy::manual);
    CHECK_FALSE(next_deadline(closed.next).has_value());
  }

  const Step reopened = decide(case_of(cases, "18.3/4", "resolved"));
  CHECK_FALSE(reopened.next.closed);
  CHECK(phase_of(reopened.next) == Phase::resolved);
}
