/// Notifications as the outside sees them: the same in the list, on the event stream and in a webhook's body.
///
/// Thread rule: any thread.
#pragma once

#include "live/event_feed.hpp"

#include <nlohmann/json_fwd.hpp>

#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::server {

// The notices that come from no chat.
inline constexpr const char* kAccountDisconnected = "account_disconnected";
inline constexpr const char* kAccountConnected = "account_connected";

/// The type of a notice: several notices can ask for the same to be done.
[[nodiscard]] std::string notification_type(std::string_view notice);

[[nodiscard]] nlohmann::json view_of_notification(const sqlite::Notification& notification);
[[nodiscard]] nlohmann::json view_of_notification(const LiveNote& note, const LiveNotice& notice);
/// With what became of its delivery.
[[nodiscard]] nlohmann::json view_of_delivery(const sqlite::Notification& notification);

}  // namespace sessioncore::server
