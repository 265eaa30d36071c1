#include "accounts/searches.hpp"

#include <string>

namespace sessioncore::server {

namespace {

constexpr std::size_t kLanes = 8;

}  // namespace

Searches::Lane::Lane(const ReconcileOptions& options, Runtime& runtime, Tenants& tenants, Clock& clock,
                     const HeardOut& heard_out)
    : reconciler(options, runtime, tenants, clock), worker([this, &clock, heard_out](const TenantId& tenant) {
        const Instant begun = clock.now();
        return reconciler.run(tenant, [&] {
          if (!worker.stopping()) heard_out(tenant, begun);
        });
      }) {}

Searches::Searches(const ReconcileOptions& options, Runtime& runtime, Tenants& tenants, Clock& clock,
                   HeardOut heard_out) {
  for (std::size_t n = 0; n < kLanes; ++n) {
    lanes_.push_back(std::make_unique<Lane>(options, runtime, tenants, clock, heard_out));
  }
}

bool Searches::concern(const TenantConfig& tenant) const {
  return lanes_.front()->reconciler.concerns(tenant);
}

void Searches::request(const TenantId& tenant, Duration after) {
  lanes_[std::hash<std::string>()(tenant.value) % lanes_.size()]->worker.request(tenant, after);
}

void Searches::start() {
  for (const auto& lane : lanes_) lane->worker.start();
}

void Searches::stop() {
  for (const auto& lane : lanes_) lane->reconciler.stop();
  for (const auto& lane : lanes_) lane->worker.stop();
}

}  // namespace sessioncore::server
