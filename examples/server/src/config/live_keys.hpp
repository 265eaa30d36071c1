/// The keys about live updates and notifications.
#pragma once

#include "config/reader.hpp"

namespace sessioncore::server {

/// The object `events`.
void read_events(ObjectReader& reader, EventsConfig& events);
/// An object `notifications`, over what holds without it. Throws `ConfigError` if there is an address without a secret.
void read_notifications(ObjectReader& reader, NotificationsConfig& notifications);

}  // namespace sessioncore::server
