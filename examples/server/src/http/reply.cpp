#include "http/reply.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr const char* kJson = "application/json";

std::string text_of(std::chrono::seconds time) {
  return std::to_string(time.count());
}

}  // namespace

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

HttpError::HttpError(int status_code, std::string error_code, const std::string& message)
    : std::runtime_error(message), status(status_code), code(std::move(error_code)) {}

HttpError::HttpError(int status_code, std::string error_code, const std::string& message, const json& more)
    : HttpError(status_code, std::move(error_code), message) {
  details = dump(more);
}

HttpError bad_request(const std::string& message) {
  return {400, "bad_request", message};
}
HttpError not_found(const std::string& message) {
  return {404, "not_found", message};
}
HttpError unavailable(const std::string& message) {
  return {503, "unavailable", message};
}
HttpError too_large(std::uint64_t bytes_max) {
  return {413, "too_large", "the body is larger than " + std::to_string(bytes_max) + " bytes"};
}

std::string error_body(const HttpError& error) {
  json body{{"error", {{"code", error.code}, {"message", error.what()}}}};
  if (!error.details.empty()) body["error"]["details"] = json::parse(error.details);
  return dump(body);
}

std::string raw_reply(const HttpError& error) {
  const std::string body = error_body(error);
  const std::string retry = error.status == 503 ? "Retry-After: " + text_of(error.retry_after) + "\r\n" : "";
  return "HTTP/1.1 " + std::to_string(error.status) + " " + error.code + "\r\nConnection: close\r\n" + retry +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpError error_of_status(int status) {
  switch (status) {
    case 400: return bad_request("the request is malformed");
    case 404: return not_found("there is nothing under this address");
    case 413: return {413, "too_large", "the body is too large"};
    case 414: return {414, "too_long", "the address is too long"};
    case 416: return {416, "bad_range", "the range cannot be served"};
    default: return {status, status >= 500 ? "internal" : "error", "the request failed"};
  }
}

void reply_json(httplib::Response& response, const json& body, int status) {
  response.status = status;
  response.set_content(dump(body), kJson);
}

void reply_error(httplib::Response& response, const HttpError& error) {
  response.status = error.status;
  if (error.status == 503 || error.status == 429) {
    response.set_header("Retry-After", text_of(error.retry_after));
  }
  if (error.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  response.set_content(error_body(error), kJson);
}

}  // namespace sessioncore::server
