/// Writes a described value as a JSON object. `describe(visitor, value)` names the members in the order of the text.
#pragma once

#include "json/names.hpp"
#include "json/text.hpp"
#include "json/traits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace sessioncore::json::detail {

class Writer {
 public:
  /// Left out when it is zero, empty, the first enumerator, or an object without fields.
  template <class T>
  void field(const char* name, const T& value) {
    Json json = encode(value);
    if (!says_nothing(json, value)) add(name, std::move(json));
  }
  /// Always written; a reader that does not find it keeps the default of the C++ member.
  template <class T>
  void given(const char* name, const T& value) {
    add(name, encode(value));
  }
  /// Always written and demanded.
  template <class T>
  void required(const char* name, const T& value) {
    add(name, encode(value));
  }
  void type(std::string_view name) { add("type", std::string(name)); }

  [[nodiscard]] Json take() { return Json(std::move(object_)); }

 private:
  void add(const char* name, Json&& json) {
    // Straight into the vector below: names are given once each, so there is nothing to look up.
    static_cast<Entries&>(object_).emplace_back(name, std::move(json));
  }

  template <class T>
  static bool says_nothing(const Json& json, const T& value) {
    if constexpr (IsOptional<T>::value) {
      return !value.has_value();
    } else if constexpr (std::is_same_v<T, bool>) {
      return !value;
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      return value == T{};
    } else if constexpr (std::is_same_v<T, Instant>) {
      return value.ms == 0;
    } else if constexpr (std::is_same_v<T, Digest>) {
      return value.value == 0;
    } else if constexpr (std::is_same_v<T, std::string> || IsId<T>::value) {
      return json.get_ref<const std::string&>().empty();
    } else {
      return json.empty();
    }
  }

  template <class T>
  static Json encode(const T& value) {
    if constexpr (IsOptional<T>::value) {
      return value ? encode(*value) : Json();
    } else if constexpr (IsVector<T>::value) {
      Json::array_t list;
      list.reserve(value.size());
      for (const auto& element : value) list.push_back(encode(element));
      return list;
    } else if constexpr (std::is_enum_v<T>) {
      return std::string(to_string(value));
    } else if constexpr (std::is_same_v<T, Instant>) {
      return value.ms;
    } else if constexpr (std::is_same_v<T, Duration>) {
      return std::min(value, kForever).count();  // a longer one counts as this one
    } else if constexpr (IsId<T>::value) {
      return value.value;
    } else if constexpr (std::is_same_v<T, Digest>) {
      return hexadecimal(value.value);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      Writer inner;
      describe(inner, value);
      return inner.take();
    }
  }

  static std::string hexadecimal(std::uint64_t value) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    return std::string(digits.size() - length, '0') + std::string(digits.data(), length);
  }

  using Entries = Json::object_t::Container;
  Json::object_t object_;
};

template <class T>
[[nodiscard]] Json to_document(const T& value) {
  Writer writer;
  describe(writer, value);
  return writer.take();
}

}  // namespace sessioncore::json::detail
