#include "http/guard.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <httplib.h>

namespace sessioncore::server {

namespace {

constexpr std::size_t kHeadersMax = 100;
constexpr std::size_t kPathMax = 1024;
constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool has_line_end(const std::string& value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

bool is_length(const std::string& value) {
  const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !value.empty() && value.size() <= 18;
}

std::optional<HttpError> refusal_of_headers(const httplib::Request& request) {
  // The library adds its own notes about the addresses to the headers: they count too, and do no harm.
  if (request.headers.size() > kHeadersMax) return HttpError(431, "too_many_headers", "more than 100 headers");
  for (const auto& [name, value] : request.headers) {
    if (has_line_end(name) || has_line_end(value)) return bad_request("a header holds a line end or a NUL");
  }
  return std::nullopt;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::optional<HttpError> refusal_of_transfer(const httplib::Request& request, const BodyRule& rule) {
  if (!rule.chunked) return HttpError(411, "length_required", "this method takes no Transfer-Encoding");
  // Whatever else it lists would be done to the body by nobody.
  const bool plain = request.get_header_value_count("Transfer-Encoding") == 1 &&
                     lower(request.get_header_value("Transfer-Encoding")) == "chunked";
  return plain ? std::nullopt : std::optional(bad_request("a Transfer-Encoding other than chunked"));
}

std::optional<HttpError> refusal_of_length(const httplib::Request& request, const BodyRule& rule) {
  const auto lengths = request.get_header_value_count("Content-Length");
  if (is_chunked(request)) {
    if (lengths > 0) return bad_request("both Content-Length and Transfer-Encoding");
    return refusal_of_transfer(request, rule);
  }
  if (lengths == 0) return std::nullopt;
  if (lengths > 1) return bad_request("more than one Content-Length");
  const std::string length = request.get_header_value("Content-Length");
  if (!is_length(length)) return bad_request("Content-Length is no number");
  const auto bytes = std::stoull(length);
  if (bytes > rule.bytes_max) return too_large(rule.bytes_max);
  const bool no_body = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  if (no_body && bytes > 0) return bad_request("a " + request.method + " request has no body");
  return std::nullopt;
}

bool is_json(const std::string& content_type) {
  const std::string type = content_type.substr(0, content_type.find(';'));
  std::string name;
  for (const char c : lower(type)) {
    if (c != ' ' && c != '\t') name.push_back(c);
  }
  return name == "application/json";
}

std::optional<HttpError> refusal_of_content(const httplib::Request& request) {
  const std::string encoding = request.get_header_value("Content-Encoding");
  if (request.has_header("Content-Encoding") && encoding != "identity") {
    return HttpError(415, "unsupported_encoding", "compressed bodies are not read");
  }
  const std::string length = request.get_header_value("Content-Length");
  const bool has_body = is_chunked(request) || (!length.empty() && length.find_first_not_of('0') != std::string::npos);
  const bool has_type = request.has_header("Content-Type");
  if (has_body && has_type && !is_json(request.get_header_value("Content-Type"))) {
    return HttpError(415, "unsupported_media_type", "send the body as application/json");
  }
  return std::nullopt;
}

}  // namespace

bool is_chunked(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding");
}

std::optional<HttpError> refusal_of(const httplib::Request& request, const BodyRule& rule) {
  if (std::find(std::begin(kMethods), std::end(kMethods), request.method) == std::end(kMethods)) {
    return HttpError(405, "method_not_allowed", "this method is not served");
  }
  if (request.path.size() > kPathMax) return HttpError(414, "too_long", "the path is longer than 1024 bytes");
  if (auto refusal = refusal_of_headers(request)) return refusal;
  if (auto refusal = refusal_of_length(request, rule)) return refusal;
  return refusal_of_content(request);
}

void normalise_head(httplib::Request& request) {
  request.headers.erase("Range");
  request.ranges.clear();
  if (!request.has_header("Content-Length") && !is_chunked(request)) {
    request.set_header("Content-Length", "0");
  }
  if (request.path.rfind("/webhooks/", 0) == 0) {
    request.headers.erase("Content-Type");
    request.set_header("Content-Type", "application/json");
  }
}

}  // namespace sessioncore::server
