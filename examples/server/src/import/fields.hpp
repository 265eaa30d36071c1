/// Fields of a document as `mongoexport` writes them: extended JSON in both modes, and plain values.
///
/// Canonical: `{"$oid": "…"}`, `{"$date": {"$numberLong": "…"}}`, `{"$numberInt": "…"}`; relaxed: `{"$date": "…Z"}` and
/// plain numbers. Ids and times may be plain texts too. A field that is missing or null reads as empty.
/// Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <sessioncore/instant.hpp>

namespace sessioncore::server::importing {

/// "field: what was expected"; never quotes the document.
class BadField : public std::runtime_error {
 public:
  BadField(const std::string& field, const std::string& expected) : std::runtime_error(field + ": " + expected) {}
  explicit BadField(const std::string& problem) : std::runtime_error(problem) {}
};

/// One JSON object; throws `BadField` if the line is something else.
[[nodiscard]] nlohmann::json parse_document(const std::string& line);

// Each throws `BadField` if the field is there and of another kind.
[[nodiscard]] std::optional<std::string> id_in(const nlohmann::json& document, const std::string& field);
[[nodiscard]] std::optional<std::string> text_in(const nlohmann::json& document, const std::string& field);
[[nodiscard]] std::optional<Instant> time_in(const nlohmann::json& document, const std::string& field);
[[nodiscard]] std::optional<std::int64_t> number_in(const nlohmann::json& document, const std::string& field);
[[nodiscard]] std::optional<bool> flag_in(const nlohmann::json& document, const std::string& field);

/// The value, or a `BadField` that says that it is missing.
template <class Value>
[[nodiscard]] Value required(std::optional<Value> value, const std::string& field, const std::string& expected) {
  if (!value) throw BadField(field, "missing, expected " + expected);
  return std::move(*value);
}

}  // namespace sessioncore::server::importing
