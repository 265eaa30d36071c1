#include "codec/fields.hpp"

#include "../../shared/lone_surrogates.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace sessioncore::elevenlabs {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestTypeShown = 64;
constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53

bool is_beyond_int64(const json& value) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
}

std::optional<std::int64_t> integer_of(const json& value) {
  if (value.is_number_integer() && !is_beyond_int64(value)) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (std::abs(number) <= kLargestExactInteger && std::trunc(number) == number) {
      return static_cast<std::int64_t>(number);
    }
  }
  if (value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
  }
  return std::nullopt;
}

}  // namespace

std::string shown(const std::string& name) {
  std::string text = name.substr(0, kLongestTypeShown);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

json parse_json(std::string_view text, int max_depth, std::string& why) {
  bool too_deep = false;
  const auto guard = [&too_deep, max_depth](int depth, json::parse_event_t, const json&) {
    if (depth > max_depth) too_deep = true;
    return !too_deep;
  };
  auto value = json::parse(text, guard, false);
  if (value.is_discarded() && !too_deep) value = json::parse(adapters::without_lone_surrogates(text), guard, false);
  if (too_deep) {
    why = "nested deeper than " + std::to_string(max_depth);
    return json(json::value_t::discarded);
  }
  if (value.is_discarded()) why = "not JSON";
  return value;
}

const json* Fields::find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

Fields Fields::inner(const char* name) const {
  auto found = inner_if(name);
  if (!found) throw BadField{at(name) + " is missing"};
  return *std::move(found);
}

std::optional<Fields> Fields::inner_if(const char* name) const {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) throw BadField{at(name) + " must be an object"};
  return Fields(*value, at(name));
}

std::string Fields::text(const char* name) const {
  if (find(name) == nullptr) throw BadField{at(name) + " is missing"};
  return text_or(name, "");
}

std::string Fields::text_or(const char* name, const char* fallback) const {
  const json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) throw BadField{at(name) + " must be a string"};
  return value->get<std::string>();
}

bool Fields::flag_or(const char* name, bool fallback) const {
  const json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) throw BadField{at(name) + " must be true or false"};
  return value->get<bool>();
}

std::optional<std::int64_t> Fields::integer(const char* name) const {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  auto number = integer_of(*value);
  if (!number) throw BadField{at(name) + " must be an integer"};
  return number;
}

std::optional<std::int64_t> Fields::integer_if(const char* name) const {
  const json* value = find(name);
  return value == nullptr ? std::nullopt : integer_of(*value);
}

std::string Fields::json_text(const char* name) const {
  const json* value = find(name);
  return value == nullptr ? "{}" : value->dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sessioncore::elevenlabs
