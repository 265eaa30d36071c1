/// Reads JSON from outside field by field; a fault names the field by its path and quotes nothing. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::elevenlabs {

/// Says which field is wrong and why; thrown inside the codec only, because fields are read one inside the other.
struct BadField {
  std::string why;
};

/// A name from outside as it may stand in a log: short and printable.
[[nodiscard]] std::string shown(const std::string& name);

/// The parsed text, or discarded with `why` set. The escape of half a character is read as U+FFFD.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, int max_depth, std::string& why);

/// An object together with its path, so that a fault can name the field. Null counts as absent: the service writes it
/// for optional fields. The object must outlive it.
class Fields {
 public:
  Fields(const nlohmann::json& object, std::string path) : object_(object), path_(std::move(path)) {}

  [[nodiscard]] const nlohmann::json* find(const char* name) const;  ///< null: not there
  [[nodiscard]] Fields inner(const char* name) const;
  [[nodiscard]] std::optional<Fields> inner_if(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string text_or(const char* name, const char* fallback) const;
  [[nodiscard]] bool flag_or(const char* name, bool fallback) const;
  /// An integer, or a string that holds one: official clients accept both.
  [[nodiscard]] std::optional<std::int64_t> integer(const char* name) const;
  /// Empty also if it is something else: for what we can do without.
  [[nodiscard]] std::optional<std::int64_t> integer_if(const char* name) const;
  /// The value as JSON text; `{}` if it is not there.
  [[nodiscard]] std::string json_text(const char* name) const;
  [[nodiscard]] std::string at(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

 private:
  const nlohmann::json& object_;
  std::string path_;
};

}  // namespace sessioncore::elevenlabs
