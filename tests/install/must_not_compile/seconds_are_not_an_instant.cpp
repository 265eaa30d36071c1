// error: no match for|invalid operands
// A point in time plus a bare number has no unit.
#include <sessioncore/instant.hpp>

sessioncore::Instant later(sessioncore::Instant now) {
#ifdef CORRECT
  return now + std::chrono::seconds(20);
#else
  return now + 20;
#endif
}
