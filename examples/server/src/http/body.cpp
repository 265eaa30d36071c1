#include "http/body.hpp"

#include "http/reply.hpp"

#include <algorithm>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr int kDepthMax = 32;
constexpr std::size_t kNumberDigitsMax = 9;

std::uint32_t positive_of(const httplib::Request& request, const char* name, std::uint32_t fallback) {
  if (!request.has_param(name)) return fallback;
  const std::string text = request.get_param_value(name);
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool fits = digits && !text.empty() && text.size() <= kNumberDigitsMax;
  const auto value = fits ? static_cast<std::uint32_t>(std::stoul(text)) : 0U;
  if (value == 0) throw bad_request(std::string(name) + ": expected a whole number from 1 on");
  return value;
}

}  // namespace

json object_of_body(const httplib::Request& request) {
  if (request.body.empty()) return json::object();
  const auto limit_depth = [](int depth, json::parse_event_t, json&) {
    if (depth > kDepthMax) throw bad_request("the body is nested too deeply");
    return true;
  };
  json body;
  try {
    body = json::parse(request.body, limit_depth);
  } catch (const json::parse_error& error) {
    throw bad_request("the body is not JSON: problem at byte " + std::to_string(error.byte));
  } catch (const json::exception&) {
    throw bad_request("the body is not JSON: a number is out of range");
  }
  if (!body.is_object()) throw bad_request("the body is no JSON object");
  return body;
}

bool flag_of(const json& body, const std::string& field, bool fallback) {
  const auto at = body.find(field);
  if (at == body.end() || at->is_null()) return fallback;
  if (!at->is_boolean()) throw bad_request(field + ": expected true or false, got " + at->type_name());
  return at->get<bool>();
}

std::string required_text_of(const json& body, const std::string& field) {
  const auto at = body.find(field);
  if (at == body.end()) throw bad_request(field + ": missing");
  if (!at->is_string()) throw bad_request(field + ": expected a string, got " + at->type_name());
  return at->get<std::string>();
}

Page page_of(const httplib::Request& request, std::uint32_t usual_limit, std::uint32_t limit_max) {
  Page page;
  page.page = positive_of(request, "page", 1);
  page.limit = std::min(positive_of(request, "limit", usual_limit), limit_max);
  return page;
}

json list_of(json data, const Page& page, std::uint64_t total) {
  const std::uint64_t pages = (total + page.limit - 1) / page.limit;
  return {{"data", std::move(data)},
          {"pagination", {{"page", page.page}, {"limit", page.limit}, {"total", total}, {"pages", pages}}}};
}

}  // namespace sessioncore::server
