// The flat view of S10, row by row, with what R27 adds.
#include <doctest/doctest.h>

#include <sessioncore/core/views.hpp>

using namespace sessioncore;

namespace {

constexpr Instant kStarted{1'000};
constexpr Instant kAt{2'000};

Conversation with(PhaseData phase, bool closed = false) {
  Conversation state;
  state.phase = std::move(phase);
  state.closed = closed;
  state.session.number = 1;
  state.session.started_at = kStarted;
  return state;
}

ChatView expected(Mode mode, SessionStatus status) {
  ChatView view;
  view.mode = mode;
  view.session_status = status;
  return view;
}

ChatView expected_in_session(Mode mode, SessionStatus status) {
  ChatView view = expected(mode, status);
  view.session_started_at = kStarted;
  return view;
}

}  // namespace

TEST_CASE("S10: no active session, open or closed") {
  CHECK(view_of(Conversation{}) == expected(Mode::ai, SessionStatus::idle));
  CHECK(view_of(with(Resolved{ResolvedBy::human, kAt})) == expected(Mode::ai, SessionStatus::idle));
  CHECK(view_of(with(std::monostate{}, true)) == expected(Mode::closed, SessionStatus::idle));
  CHECK(view_of(with(Resolved{ResolvedBy::manual, kAt}, true)) == expected(Mode::closed, SessionStatus::idle));
}

TEST_CASE("S10: waiting") {
  ChatView view = expected_in_session(Mode::human, SessionStatus::waiting);
  view.session_grace_deadline = kAt;
  CHECK(view_of(with(Waiting{kAt})) == view);
}

TEST_CASE("S10: active and taken over, by a user or from the phone") {
  ChatView view = expected_in_session(Mode::human, SessionStatus::idle);
  view.taken_over_at = kAt;
  CHECK(view_of(with(HumanActive{std::nullopt, kAt})) == view);
  view.taken_over_by = UserId("u1");
  CHECK(view_of(with(HumanActive{UserId("u1"), kAt})) == view);
}

TEST_CASE("S10: active and not taken over") {
  CHECK(view_of(with(AiActive{})) == expected_in_session(Mode::ai, SessionStatus::idle));
}

TEST_CASE("R27: queued") {
  CHECK(view_of(with(Queued{QueueReason::agent_asked, kAt, std::nullopt, {}})) ==
        expected_in_session(Mode::human, SessionStatus::queued));
}

TEST_CASE("S4.2: the status of a phase") {
  CHECK(spec_status(Phase::none) == "none");
  CHECK(spec_status(Phase::waiting) == "waiting");
  CHECK(spec_status(Phase::ai) == "active");
  CHECK(spec_status(Phase::queued) == "active");
  CHECK(spec_status(Phase::human) == "active");
  CHECK(spec_status(Phase::resolved) == "resolved");
}

TEST_CASE("S10: names") {
  CHECK(to_string(Mode::ai) == "ai");
  CHECK(to_string(Mode::human) == "human");
  CHECK(to_string(Mode::closed) == "closed");
  CHECK(to_string(SessionStatus::idle) == "idle");
  CHECK(to_string(SessionStatus::waiting) == "waiting");
  CHECK(to_string(SessionStatus::queued) == "queued");
}
