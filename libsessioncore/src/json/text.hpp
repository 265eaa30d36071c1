/// JSON text to and from the library's document type: the only place that parses and prints.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <sessioncore/result.hpp>

namespace sessioncore::json::detail {

/// The fields of an object in the order of the text, so that the same value always gives the same bytes. Room for the
/// usual form is made at once: entries have constant keys, so a growing list would copy all of them.
template <class Key, class Value, class IgnoredLess, class Allocator>
struct Fields : nlohmann::ordered_map<Key, Value, IgnoredLess, Allocator> {
  using Base = nlohmann::ordered_map<Key, Value, IgnoredLess, Allocator>;
  using Container = typename Base::Container;
  static constexpr std::size_t kUsual = 12;

  Fields() { this->reserve(kUsual); }
  explicit Fields(const Allocator& allocator) : Base(allocator) { this->reserve(kUsual); }
  template <class Iterator>
  Fields(Iterator first, Iterator last, const Allocator& allocator = Allocator()) : Base(first, last, allocator) {}
  Fields(std::initializer_list<typename Base::value_type> fields, const Allocator& allocator = Allocator())
      : Base(fields, allocator) {}
};

using Json = nlohmann::basic_json<Fields>;

/// Deeper than any form of ours; what is deeper is refused while it is read.
inline constexpr int kDepthMax = 16;

[[nodiscard]] Result<Json> parse(std::string_view text);
/// Text that is no UTF-8 is mended with U+FFFD: a message must never be lost to its encoding.
[[nodiscard]] std::string print(const Json& document);

}  // namespace sessioncore::json::detail
