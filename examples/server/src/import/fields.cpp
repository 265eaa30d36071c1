#include "import/fields.hpp"

#include "iso_time.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace sessioncore::server::importing {

using nlohmann::json;

namespace {

constexpr std::size_t kIdBytesMax = 200;
constexpr Instant kLastInstant{253'402'300'799'999};  // the end of the year 9999

/// Null if the field is missing or null.
const json* find(const json& document, const std::string& field) {
  const auto at = document.find(field);
  return at == document.end() || at->is_null() ? nullptr : &*at;
}

/// The value under the only key of a one-key object such as `{"$oid": …}`; null if it is something else.
const json* wrapped(const json& value, const char* key) {
  if (!value.is_object() || value.size() != 1) return nullptr;
  const auto at = value.find(key);
  return at == value.end() ? nullptr : &*at;
}

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> whole(double number) {
  constexpr double kMost = 9.0e15;
  if (!(number > -kMost && number < kMost)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> number_of(const json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return {};
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return whole(value.get<double>());
  for (const char* key : {"$numberInt", "$numberLong"}) {
    const json* text = wrapped(value, key);
    if (text != nullptr && text->is_string()) return number_of<std::int64_t>(text->get<std::string>());
  }
  const json* real = wrapped(value, "$numberDouble");
  if (real == nullptr || !real->is_string()) return std::nullopt;
  const auto number = number_of<double>(real->get<std::string>());
  return number ? whole(*number) : std::nullopt;
}

std::optional<Instant> time_of(const json& value) {
  if (const json* date = wrapped(value, "$date")) return time_of(*date);
  std::optional<Instant> at;
  if (value.is_string()) {
    at = parse_iso_time(value.get_ref<const std::string&>());
  } else if (const auto ms = number_of(value)) {
    at = Instant{*ms};
  }
  return at && at->ms >= 0 && *at <= kLastInstant ? at : std::nullopt;
}

/// Ids become part of paths and of other ids.
bool is_id(const std::string& text) {
  const auto fits = [](unsigned char letter) { return letter > 0x20 && letter != 0x7F && letter != '/'; };
  return !text.empty() && text.size() <= kIdBytesMax && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

json parse_document(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  if (first != std::string::npos && line[first] == '[') {
    throw BadField("expected one JSON object in each line; export without --jsonArray");
  }
  try {
    json document = json::parse(line);
    if (!document.is_object()) throw BadField("expected a JSON object");
    return document;
  } catch (const json::parse_error& error) {
    const bool bad_text = std::string(error.what()).find("UTF-8") != std::string::npos;
    throw BadField("expected a JSON object; " + std::string(bad_text ? "text that is not UTF-8" : "problem") +
                   " at byte " + std::to_string(error.byte));
  } catch (const json::exception&) {
    throw BadField("expected a JSON object; a number is out of range");
  }
}

std::optional<std::string> id_in(const json& document, const std::string& field) {
  const json* value = find(document, field);
  if (value == nullptr) return std::nullopt;
  if (const json* oid = wrapped(*value, "$oid")) value = oid;
  if (!value->is_string() || !is_id(value->get_ref<const std::string&>())) throw BadField(field, "expected an id");
  return value->get<std::string>();
}

std::optional<std::string> text_in(const json& document, const std::string& field) {
  const json* value = find(document, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw BadField(field, "expected a text");
  return value->get<std::string>();
}

std::optional<Instant> time_in(const json& document, const std::string& field) {
  const json* value = find(document, field);
  if (value == nullptr) return std::nullopt;
  auto at = time_of(*value);
  if (!at) throw BadField(field, "expected a date, as {\"$date\": ...} or ISO 8601 with a zone");
  return at;
}

std::optional<std::int64_t> number_in(const json& document, const std::string& field) {
  const json* value = find(document, field);
  if (value == nullptr) return std::nullopt;
  auto number = number_of(*value);
  if (!number) throw BadField(field, "expected a number");
  return number;
}

std::optional<bool> flag_in(const json& document, const std::string& field) {
  const json* value = find(document, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) throw BadField(field, "expected true or false");
  return value->get<bool>();
}

}  // namespace sessioncore::server::importing
