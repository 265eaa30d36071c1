/// The bearer token of a request (RFC 6750). Thread rule: pure function.
#pragma once

#include <string>

namespace httplib {
struct Request;
}

namespace sessioncore::server {

/// Empty without exactly one `Authorization` header of the scheme "Bearer", in whatever case (RFC 9110).
[[nodiscard]] std::string bearer_token(const httplib::Request& request);

}  // namespace sessioncore::server
