/// The accounts that are connected and still say nothing, because what was missed meanwhile is not read yet: after a
/// reconnect (ADR 0143) and after a start (ADR 0144).
///
/// Not stored: whatever a former run had begun, the next start begins anew. Thread rule: any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::server {

class CatchingUp {
 public:
  void begin(const TenantId& tenant, Instant now);
  /// The account is gone again.
  void forget(const TenantId& tenant);
  [[nodiscard]] bool holds(const TenantId& tenant) const;

  /// All that was missed until `begun` is with the engine. True: with that it is over.
  [[nodiscard]] bool finished(const TenantId& tenant, Instant begun);
  /// Ends it if it has taken `longest`. Otherwise how long it may still take; empty: it is over.
  [[nodiscard]] std::optional<Duration> look(const TenantId& tenant, Instant now, Duration longest);

 private:
  mutable std::mutex mutex_;
  std::map<TenantId, Instant> since_;
};

}  // namespace sessioncore::server
