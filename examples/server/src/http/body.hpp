/// Reading what clients send: JSON bodies and paging queries, with errors that name the field.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace httplib {
struct Request;
}

namespace sessioncore::server {

/// The body as an object; an empty body is an empty object. Throws `HttpError` 400 for anything else, and for nesting
/// deeper than 32: the library's own writing and copying recurse.
[[nodiscard]] nlohmann::json object_of_body(const httplib::Request& request);

/// All throw `HttpError` 400 naming the field if it is of another type.
[[nodiscard]] bool flag_of(const nlohmann::json& body, const std::string& field, bool fallback);
[[nodiscard]] std::string required_text_of(const nlohmann::json& body, const std::string& field);

struct Page {
  std::uint32_t page = 1;
  std::uint32_t limit = 20;
  [[nodiscard]] std::uint64_t offset() const { return (std::uint64_t{page} - 1) * limit; }
};
/// `page` and `limit` of the query. A limit over the maximum is lowered to it; anything but a positive number is a 400.
[[nodiscard]] Page page_of(const httplib::Request& request, std::uint32_t usual_limit, std::uint32_t limit_max);

/// `{"data": [...], "pagination": {...}}`.
[[nodiscard]] nlohmann::json list_of(nlohmann::json data, const Page& page, std::uint64_t total);

}  // namespace sessioncore::server
