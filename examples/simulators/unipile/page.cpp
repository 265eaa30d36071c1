#include "page.hpp"

#include "option_fields.hpp"
#include "rest_routes.hpp"

#include <charconv>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace sessioncore::simulators::rest {

using nlohmann::json;

namespace {

constexpr std::int64_t kMaxLimit = 250;

std::string base64(const std::string& text) {
  std::vector<unsigned char> out(4 * ((text.size() + 2) / 3) + 1);
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const int length = EVP_EncodeBlock(out.data(), in, static_cast<int>(text.size()));
  return {out.begin(), out.begin() + length};
}

std::string from_base64(const std::string& text) {
  std::vector<unsigned char> out(text.size() + 4);
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const int length = EVP_DecodeBlock(out.data(), in, static_cast<int>(text.size()));
  if (length < 0) bad_parameters("cursor is not valid");
  std::string decoded(out.begin(), out.begin() + length);
  while (!decoded.empty() && decoded.back() == '\0') decoded.pop_back();  // padding is decoded as zero bytes
  return decoded;
}

std::int64_t read_time(const ApiRequest& request, const char* name, std::int64_t fallback) {
  const auto text = request.query_value(name);
  if (text.empty()) return fallback;
  const auto time = parse_iso_time(text);
  if (!time) bad_parameters(std::string(name) + " must be YYYY-MM-DDTHH:MM:SS.sssZ");
  return *time;
}

PageQuery from_cursor(const std::string& cursor) {
  const auto state = json::parse(from_base64(cursor), nullptr, false);
  if (!state.is_object()) bad_parameters("cursor is not valid");
  try {
    PageQuery query;
    query.limit = state.at("limit").get<std::int64_t>();
    query.before_ms = state.at("before").get<std::int64_t>();
    query.after_ms = state.at("after").get<std::int64_t>();
    query.account_id = state.at("account_id").get<std::string>();
    query.sender_id = state.at("sender_id").get<std::string>();
    query.unread = state.at("unread").get<std::string>();
    query.last_ms = state.at("last_ms").get<std::int64_t>();
    query.last_order = state.at("last_order").get<std::int64_t>();
    return query;
  } catch (const json::exception&) {
    bad_parameters("cursor is not valid");
  }
}

}  // namespace

PageQuery read_page_query(const ApiRequest& request) {
  const auto cursor = request.query_value("cursor");
  if (!cursor.empty()) return from_cursor(cursor);
  PageQuery query;
  const auto limit = request.query_value("limit");
  if (!limit.empty()) {
    const auto read = std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
    const bool whole = read.ec == std::errc() && read.ptr == limit.data() + limit.size();
    if (!whole || query.limit < 1 || query.limit > kMaxLimit) bad_parameters("limit must be 1 to 250");
  }
  query.before_ms = read_time(request, "before", query.before_ms);
  query.after_ms = read_time(request, "after", query.after_ms);
  query.account_id = request.query_value("account_id");
  query.sender_id = request.query_value("sender_id");
  query.unread = request.query_value("unread");
  return query;
}

std::string next_cursor(const PageQuery& query, PageKey last) {
  return base64(dump_json({{"limit", query.limit},
                           {"before", query.before_ms},
                           {"after", query.after_ms},
                           {"account_id", query.account_id},
                           {"sender_id", query.sender_id},
                           {"unread", query.unread},
                           {"last_ms", last.ms},
                           {"last_order", last.order}}));
}

}  // namespace sessioncore::simulators::rest
