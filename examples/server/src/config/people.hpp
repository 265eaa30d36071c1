/// What the people of a tenant may be and what identifies them. Thread rule: pure functions.
#pragma once

#include <string>
#include <vector>

#include <sessioncore/ids.hpp>

namespace sessioncore::server {

inline constexpr const char* kAdmin = "admin";
inline constexpr const char* kManager = "manager";
inline constexpr const char* kOperator = "operator";

/// Admins and managers act, admins also configure, operators read.
[[nodiscard]] inline std::vector<std::string> roles() {
  return {kAdmin, kManager, kOperator};
}

/// One "@" with something around it and nothing that a log line or a table could stumble over.
[[nodiscard]] bool is_email(const std::string& text);
/// Who this is, however the address was spelled: letters A to Z are the same in either case, as where users are kept.
[[nodiscard]] UserId user_id_of(const std::string& email);
inline constexpr std::size_t kEmailMax = 320;
inline constexpr std::size_t kPasswordMax = 1024;

}  // namespace sessioncore::server
