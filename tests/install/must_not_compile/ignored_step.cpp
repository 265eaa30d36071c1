// error: nodiscard|unused-result
// Whoever drops a Step drops the records and effects of a decision.
#include <sessioncore/core/step.hpp>

void forgetful(const sessioncore::Conversation& state, const sessioncore::Policy& policy, sessioncore::Instant now) {
#ifdef CORRECT
  [[maybe_unused]] const auto decided = sessioncore::step(state, sessioncore::Event(sessioncore::Tick{}), policy, now);
#else
  sessioncore::step(state, sessioncore::Event(sessioncore::Tick{}), policy, now);
#endif
}
