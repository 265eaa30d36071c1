/// Reads a described value back. Stops at the first field that is wrong and names it; throws nothing.
#pragma once

#include "json/names.hpp"
#include "json/text.hpp"
#include "json/traits.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace sessioncore::json::detail {

/// Where in the document we are: a list that runs back to the root, on the stack.
struct Place {
  const Place* parent = nullptr;
  const char* name = nullptr;  ///< null: the element `index` of an array, or the root
  std::size_t index = 0;

  /// As a JSON pointer, such as "/sends/0/stage".
  [[nodiscard]] std::string pointer() const;
};

/// The first thing found wrong.
using Fault = std::optional<Error>;

class Reader {
 public:
  /// `object` is null for a value that was left out: every member gets its empty value.
  Reader(const Json* object, const Place& place, Fault& fault)
      : object_(object != nullptr ? object->get_ptr<const Json::object_t*>() : nullptr), place_(place), fault_(fault) {}

  template <class T>
  void field(const char* name, T& value) {
    if (fault_) return;
    if (const Json* json = find(name)) {
      decode(*json, value, Place{&place_, name});
    } else {
      clear(value, Place{&place_, name});
    }
  }
  template <class T>
  void given(const char* name, T& value) {
    if (fault_) return;
    if (const Json* json = find(name)) decode(*json, value, Place{&place_, name});
  }
  template <class T>
  void required(const char* name, T& value) {
    if (fault_) return;
    if (const Json* json = find(name)) return decode(*json, value, Place{&place_, name});
    fail(Place{&place_, name}, "is missing");
  }
  /// False for a value that was left out.
  [[nodiscard]] bool present() const { return object_ != nullptr; }
  /// The name of the alternative that follows.
  [[nodiscard]] std::string type();

  /// A field nobody asked for is a sign of another version or of damage: what it meant must not be dropped silently.
  void finish();
  void fail(const Place& place, const char* what);
  [[nodiscard]] const Place& place() const { return place_; }

  template <class T>
  void decode(const Json& json, T& value, const Place& place);

 private:
  [[nodiscard]] const Json* find(const char* name);
  template <class T>
  void clear(T& value, const Place& place);
  template <class Number>
  [[nodiscard]] static std::optional<Number> number(const Json& json);

  void decode_text(const Json& json, std::string& text, const Place& place);
  void decode_milliseconds(const Json& json, std::int64_t lowest, std::int64_t& ms, const Place& place);
  void decode_digest(const Json& json, Digest& digest, const Place& place);

  const Json::object_t* object_;
  const Place& place_;
  Fault& fault_;
  std::uint64_t seen_ = 0;  ///< bit n: entry n was asked for; no form has as many fields as there are bits
};

template <class Number>
std::optional<Number> Reader::number(const Json& json) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) return static_cast<Number>(value);
  } else if (json.is_number_integer()) {
    const auto value = json.get<std::int64_t>();  // negative: the parser makes the others unsigned
    if (std::is_signed_v<Number> && value >= static_cast<std::int64_t>(std::numeric_limits<Number>::min())) {
      return static_cast<Number>(value);
    }
  }
  return std::nullopt;
}

template <class T>
void Reader::clear(T& value, const Place& place) {
  if constexpr (requires { describe(std::declval<Reader&>(), value); }) {
    Reader inner(nullptr, place, fault_);
    describe(inner, value);
  } else {
    value = T{};
  }
}

template <class T>
void Reader::decode(const Json& json, T& value, const Place& place) {
  if constexpr (IsOptional<T>::value) {
    decode(json, value.emplace(), place);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) return fail(place, "is not a list");
    value.clear();
    for (std::size_t index = 0; index < json.size() && !fault_; ++index) {
      decode(json[index], value.emplace_back(), Place{&place, nullptr, index});
    }
  } else if constexpr (std::is_enum_v<T>) {
    std::string name;
    decode_text(json, name, place);
    if (fault_) return;
    const auto known = enumerator<T>(name);
    known ? void(value = *known) : fail(place, "has a value that does not exist");
  } else if constexpr (std::is_same_v<T, Instant>) {
    decode_milliseconds(json, -kMillisecondsMax, value.ms, place);
  } else if constexpr (std::is_same_v<T, Duration>) {
    std::int64_t ms = 0;
    decode_milliseconds(json, 0, ms, place);
    value = Duration(ms);
  } else if constexpr (IsId<T>::value) {
    decode_text(json, value.value, place);
  } else if constexpr (std::is_same_v<T, Digest>) {
    decode_digest(json, value, place);
  } else if constexpr (std::is_same_v<T, std::string>) {
    decode_text(json, value, place);
  } else if constexpr (std::is_same_v<T, bool>) {
    json.is_boolean() ? void(value = json.get<bool>()) : fail(place, "is not true or false");
  } else if constexpr (std::is_integral_v<T>) {
    const auto read = number<T>(json);
    read ? void(value = *read) : fail(place, "is not an integer in range");
  } else {
    if (!json.is_object()) return fail(place, "is not an object");
    Reader inner(&json, place, fault_);
    describe(inner, value);
    inner.finish();
  }
}

template <class T>
[[nodiscard]] Result<T> from_text(std::string_view text) {
  auto document = parse(text);
  if (!document) return document.error();
  Fault fault;
  const Place root;
  T value{};
  Reader(nullptr, root, fault).decode(*document, value, root);
  if (fault) return std::move(*fault);
  return value;
}

}  // namespace sessioncore::json::detail
