// error: 'by'
// A conversation that waits is held by nobody: there is no field to say otherwise.
#include <sessioncore/core/conversation.hpp>

sessioncore::PhaseData nonsense() {
#ifdef CORRECT
  return sessioncore::HumanActive{.by = sessioncore::UserId("ana"), .since = {}};
#else
  return sessioncore::Waiting{.by = sessioncore::UserId("ana")};
#endif
}
