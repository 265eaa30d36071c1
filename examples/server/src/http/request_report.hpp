/// What is known of a request once it was answered. Plain value; its texts live only during the call that gives it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sessioncore::server {

struct RequestReport {
  std::string_view method;
  std::string_view route;  ///< its template, such as "/api/whatsapp/chats/{chatId}"; empty: nothing is there
  int status = 0;
  std::string discarded;  ///< why a delivery was answered but not stored (`X-Discarded`)
  /// From the end of its head to the end of the reply.
  std::chrono::steady_clock::duration took{0};
};

}  // namespace sessioncore::server
