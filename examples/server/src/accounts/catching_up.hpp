/// Ends the time in which an account that is back still sends nothing: when what was missed is read, or when that takes
/// too long. See ADR 0143.
///
/// It begins in `AccountStates` and lasts over a restart; how long it may take is counted anew then.
/// Thread rule: any thread; waits for the database.
#pragma once

#include "tenants.hpp"

#include <optional>

namespace sessioncore::server {

class CatchingUp {
 public:
  CatchingUp(Tenants& tenants, Clock& clock, Duration longest) : tenants_(tenants), clock_(clock), longest_(longest) {}

  /// For all that a former run has left.
  void begin_again();
  /// All that was missed until `begun` is with the engine. True: the account sends again.
  bool finished(const TenantId& tenant, Instant begun);
  /// Ends it if it took too long. Otherwise how long it may still take; empty: it is over.
  [[nodiscard]] std::optional<Duration> look(const TenantId& tenant);

 private:
  /// Ends what began at `since`. False: not stored, try again.
  bool end(const TenantId& tenant, Instant since);

  Tenants& tenants_;
  Clock& clock_;
  const Duration longest_;
};

}  // namespace sessioncore::server
