#include "accounts/feature_switch.hpp"

#include "log.hpp"

#include <exception>

namespace sessioncore::server {

namespace {

bool is_off(const TenantConfig& tenant) {
  return !tenant.unipile_account_id.empty() && !Tenants::has_feature(tenant, kWhatsAppFeature);
}

void note_switch(Tenants& tenants, const TenantConfig& tenant, Instant now) {
  const bool off = is_off(tenant);
  if (off == tenant.switched_off) return;
  tenants.change(tenant.id, [&](TenantSettings& settings) {
    settings.switched_off = off;
    if (!off) settings.switched_on_at = now;
  });
  log::info(off ? "tenant.switched_off" : "tenant.switched_on", {{"tenant", tenant.id.value}});
}

}  // namespace

void note_switches(Tenants& tenants, Instant now) {
  for (const auto& tenant : tenants.all()) {
    try {
      note_switch(tenants, *tenant, now);
    } catch (const std::exception& error) {
      log::warn("tenant.switch_not_noted", {{"tenant", tenant->id.value}, {"detail", error.what()}});
    }
  }
}

}  // namespace sessioncore::server
