/// What the server answers, named as in its OpenAPI document: a method and a path template.
#pragma once

#include <compare>
#include <string>

namespace sessioncore::server {

struct RouteName {
  std::string method;  ///< in capitals
  std::string path;    ///< such as "/chats/{chatId}"
  friend auto operator<=>(const RouteName&, const RouteName&) = default;
};

/// The regular expression that a path template stands for: a name in braces is one segment, everything else itself.
[[nodiscard]] std::string pattern_of(const std::string& path);

}  // namespace sessioncore::server
