#include "auth/bearer.hpp"

#include <string_view>

#include <httplib.h>
#include <strings.h>

namespace sessioncore::server {

std::string bearer_token(const httplib::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  if (request.get_header_value_count("Authorization") != 1) return {};
  const std::string value = request.get_header_value("Authorization");
  const bool is_bearer = ::strncasecmp(value.c_str(), kScheme.data(), kScheme.size()) == 0;
  return is_bearer ? value.substr(kScheme.size()) : std::string();
}

}  // namespace sessioncore::server
