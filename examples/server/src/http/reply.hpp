/// Answers as JSON, and the one form of errors: `{"error": {"code", "message", "details"?}}`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace httplib {
struct Response;
}

namespace sessioncore::server {

/// An answer that is not the one hoped for. Handlers throw it; the server turns it into the reply.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, std::string code, const std::string& message);
  HttpError(int status, std::string code, const std::string& message, const nlohmann::json& details);

  int status;
  std::string code;
  std::string details;                  ///< JSON text; empty: none
  std::chrono::seconds retry_after{1};  ///< told with 429 and 503
};

[[nodiscard]] HttpError bad_request(const std::string& message);
[[nodiscard]] HttpError not_found(const std::string& message);
[[nodiscard]] HttpError unavailable(const std::string& message);
[[nodiscard]] HttpError too_large(std::uint64_t bytes_max);

/// As text on one line. Texts of contacts may hold anything: what is no UTF-8 is replaced, never thrown about.
[[nodiscard]] std::string dump(const nlohmann::json& value);

/// The body of an error.
[[nodiscard]] std::string error_body(const HttpError& error);
/// A complete reply for where the HTTP library is not asked any more; ends the connection.
[[nodiscard]] std::string raw_reply(const HttpError& error);
/// What a status without a body of its own says.
[[nodiscard]] HttpError error_of_status(int status);

void reply_json(httplib::Response& response, const nlohmann::json& body, int status = 200);
void reply_error(httplib::Response& response, const HttpError& error);

}  // namespace sessioncore::server
