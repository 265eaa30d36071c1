/// Looks for what accounts have missed, for some tenants at a time: after a start all of them wait for it, and one
/// whose provider hangs must not use up the time of the others.
///
/// Each tenant has its lane, so its searches follow one another. Thread rule: `start` and `stop` by the owner, the rest
/// from any thread.
#pragma once

#include "accounts/reconciler.hpp"
#include "accounts/tenant_worker.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace sessioncore::server {

class Searches {
 public:
  /// Told when all that an account had missed at `begun` is with the engine, or will never be.
  using HeardOut = std::function<void(const TenantId&, Instant begun)>;

  Searches(const ReconcileOptions& options, Runtime& runtime, Tenants& tenants, Clock& clock, HeardOut heard_out);

  /// Whether this tenant has an account whose missed messages are looked for.
  [[nodiscard]] bool concern(const TenantConfig& tenant) const;
  void request(const TenantId& tenant, Duration after = Duration(0));
  void start();
  /// Ends the requests under way.
  void stop();

 private:
  struct Lane {
    Lane(const ReconcileOptions& options, Runtime& runtime, Tenants& tenants, Clock& clock, const HeardOut& heard_out);

    Reconciler reconciler;
    TenantWorker worker;
  };

  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace sessioncore::server
