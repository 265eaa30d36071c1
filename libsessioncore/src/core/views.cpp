#include <algorithm>

#include <sessioncore/core/views.hpp>

namespace sessioncore {
namespace {

Mode mode_of(const Conversation& state) {
  switch (phase_of(state)) {
    case Phase::waiting:
    case Phase::queued:
    case Phase::human: return Mode::human;
    case Phase::ai: return Mode::ai;
    case Phase::none:
    case Phase::resolved:
    default: break;
  }
  return state.closed ? Mode::closed : Mode::ai;
}

SessionStatus status_of(Phase phase) {
  if (phase == Phase::waiting) return SessionStatus::waiting;
  return phase == Phase::queued ? SessionStatus::queued : SessionStatus::idle;
}

}  // namespace

ChatView view_of(const Conversation& state) {
  ChatView view;
  view.mode = mode_of(state);
  view.session_status = status_of(phase_of(state));
  if (!has_active_session(state)) return view;
  view.session_started_at = state.session.started_at;
  if (const auto* waiting = std::get_if<Waiting>(&state.phase)) view.session_grace_deadline = waiting->grace_deadline;
  if (const auto* human = std::get_if<HumanActive>(&state.phase)) {
    view.taken_over_by = human->by;
    view.taken_over_at = human->since;
  }
  return view;
}

std::vector<MessageNumber> unanswered(const Conversation& state) {
  std::vector<MessageNumber> numbers;
  for (const PendingMessage& message : state.pending) numbers.push_back(message.number);
  for (const Answer& answer : state.answers) {
    if (answer.lost.empty()) continue;
    for (const PendingMessage& message : answer.questions) numbers.push_back(message.number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string_view spec_status(Phase phase) {
  switch (phase) {
    case Phase::none: return "none";
    case Phase::waiting: return "waiting";
    case Phase::ai:
    case Phase::queued:
    case Phase::human: return "active";
    case Phase::resolved:
    default: break;
  }
  return "resolved";
}

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::ai: return "ai";
    case Mode::human: return "human";
    case Mode::closed:
    default: break;
  }
  return "closed";
}

std::string_view to_string(SessionStatus status) {
  switch (status) {
    case SessionStatus::idle: return "idle";
    case SessionStatus::waiting: return "waiting";
    case SessionStatus::queued:
    default: break;
  }
  return "queued";
}

}  // namespace sessioncore
