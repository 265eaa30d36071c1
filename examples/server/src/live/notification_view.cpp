#include "live/notification_view.hpp"

#include "iso_time.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

struct Type {
  std::string_view notice;
  std::string_view type;
};
constexpr std::array<Type, 11> kTypes = {{{"human_wanted", "needs_human"},
                                          {"turn_limit", "needs_human"},
                                          {"message_limit", "needs_human"},
                                          {"agent_unavailable", "ai_unavailable"},
                                          {"agent_missing", "ai_unavailable"},
                                          {"agent_misconfigured", "ai_unavailable"},
                                          {"send_failed", "send_failed"},
                                          {"send_held", "send_held"},
                                          {"send_uncertain", "send_uncertain"},
                                          {kAccountDisconnected, "account_disconnected"},
                                          {kAccountConnected, "account_connected"}}};

}  // namespace

std::string notification_type(std::string_view notice) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& row) { return row.notice == notice; });
  return std::string(found == kTypes.end() ? notice : found->type);
}

json view_of_notification(const sqlite::Notification& notification) {
  const bool has_session = !notification.chat.empty() && notification.session != 0;
  return {{"id", notification.id},
          {"type", notification_type(notification.notice)},
          {"reason", notification.notice},
          {"tenant_id", notification.tenant.value},
          {"account_id", notification.account.value},
          {"chat_id", notification.chat.empty() ? json(nullptr) : json(notification.chat.value)},
          {"session_id", has_session ? json(session_id(notification.chat, notification.session)) : json(nullptr)},
          {"created_at", iso_time(notification.created_at)},
          {"detail", notification.detail}};
}

json view_of_notification(const LiveNote& note, const LiveNotice& notice) {
  sqlite::Notification notification;
  notification.id = notice.id;
  notification.tenant = note.tenant;
  notification.notice = notice.notice;
  notification.detail = notice.detail;
  notification.chat = note.chat;
  notification.session = note.session;
  notification.account = note.account;
  notification.created_at = note.at;
  return view_of_notification(notification);
}

json view_of_delivery(const sqlite::Notification& notification) {
  const bool pending = notification.state == sqlite::DeliveryState::pending;
  const auto& settled = notification.settled_at;
  json view = view_of_notification(notification);
  view["delivery"] = {{"state", std::string(sqlite::to_string(notification.state))},
                      {"attempts", notification.attempts},
                      {"next_attempt_at", pending ? json(iso_time(notification.next_attempt)) : json(nullptr)},
                      {"settled_at", settled ? json(iso_time(*settled)) : json(nullptr)},
                      {"last_error", notification.last_error.empty() ? json(nullptr) : json(notification.last_error)}};
  return view;
}

}  // namespace sessioncore::server
