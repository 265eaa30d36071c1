/// Notes when a tenant with an account loses the feature and when it has it again.
///
/// What is written in between is discarded (S7.1), and must not be taken for missed when the account's messages are
/// listed later: `TenantSettings::switched_off` and `switched_on_at`. Thread rule: any thread.
#pragma once

#include "tenants.hpp"

namespace sessioncore::server {

/// Looks at every tenant; cheap where nothing has changed. What cannot be stored is in the log and noted with the next
/// look.
void note_switches(Tenants& tenants, Instant now);

}  // namespace sessioncore::server
