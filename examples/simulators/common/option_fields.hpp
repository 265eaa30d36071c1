// Reads a JSON object into a plain struct and back through one list of its fields, so that the names accepted, the
// names shown and the names documented cannot drift apart. Internal: include it in .cpp files only.
#pragma once

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

// A request that cannot be understood; the text names the field.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class FieldReader {
 public:
  explicit FieldReader(const nlohmann::json& object) : object_(object) {
    if (!object.is_object()) throw BadInput("expected a JSON object");
  }

  void operator()(const char* name, bool& value) {
    if (const auto* found = find(name)) value = checked(name, *found, found->is_boolean(), "true or false").get<bool>();
  }
  void operator()(const char* name, std::int64_t& value) {
    const auto* found = find(name);
    if (found == nullptr) return;
    checked(name, *found, found->is_number_integer(), "a whole number");
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > kLargest) fail(name, "a smaller number");
    value = found->get<std::int64_t>();
    if (value < 0) fail(name, "a number that is not negative");
  }
  void operator()(const char* name, std::string& value) {
    if (const auto* found = find(name)) value = checked(name, *found, found->is_string(), "a text").get<std::string>();
  }
  void operator()(const char* name, std::vector<std::string>& value) {
    const auto* found = find(name);
    if (found == nullptr) return;
    checked(name, *found, found->is_array(), "a list of texts");
    value.clear();
    for (const auto& item : *found) {
      value.push_back(checked(name, item, item.is_string(), "a list of texts").get<std::string>());
    }
  }

  // Call after every field was offered.
  void refuse_unknown() const {
    for (const auto& [key, value] : object_.items()) {
      if (known_.count(key) == 0) throw BadInput("unknown field: " + key);
    }
  }

  void know(const char* name) { known_.insert(name); }

 private:
  static constexpr std::uint64_t kLargest = 1'000'000'000'000'000;

  const nlohmann::json* find(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  [[noreturn]] static void fail(const char* name, const char* wanted) {
    throw BadInput(std::string(name) + " must be " + wanted);
  }
  static const nlohmann::json& checked(const char* name, const nlohmann::json& value, bool good, const char* wanted) {
    if (!good) fail(name, wanted);
    return value;
  }

  const nlohmann::json& object_;
  std::set<std::string> known_;
};

class FieldWriter {
 public:
  template <class Value>
  void operator()(const char* name, const Value& value) {
    object[name] = value;
  }
  nlohmann::json object = nlohmann::json::object();
};

// Text that came from outside may not be UTF-8; showing it must not throw.
inline std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// As a service on Node writes a text that was cut inside an emoji: U+FFFD stands for the half that is left.
inline std::string dump_cut_json(const nlohmann::json& value) {
  constexpr std::string_view kStandIn = "\xEF\xBF\xBD";
  std::string text = dump_json(value);
  for (auto at = text.find(kStandIn); at != std::string::npos; at = text.find(kStandIn, at)) {
    text.replace(at, kStandIn.size(), "\\ud83d");
  }
  return text;
}

inline nlohmann::json parse_json(const std::string& text) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) throw BadInput("the body is not valid JSON");
  return value;
}

}  // namespace sessioncore::simulators
