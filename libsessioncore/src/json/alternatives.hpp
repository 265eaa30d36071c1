/// Variants as objects whose field "type" names the alternative.
#pragma once

#include "json/reader.hpp"
#include "json/writer.hpp"

#include <string_view>
#include <utility>
#include <variant>

namespace sessioncore::json::detail {

/// `name_of` gives the name of the alternative that a variant holds.
template <class Variant, class NameOf>
void write_alternative(Writer& visit, const Variant& value, NameOf name_of) {
  visit.type(name_of(value));
  std::visit([&](const auto& held) { describe(visit, held); }, value);
}

template <class Variant, std::size_t Index, class NameOf>
bool read_if_named(Reader& visit, Variant& value, std::string_view name, NameOf name_of) {
  Variant candidate(std::in_place_index<Index>);
  if (name_of(candidate) != name) return false;
  value = std::move(candidate);
  describe(visit, std::get<Index>(value));
  return true;
}

template <class Variant, class NameOf>
void read_alternative(Reader& visit, Variant& value, NameOf name_of) {
  const std::string name = visit.type();
  const bool known = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    return (read_if_named<Variant, Index>(visit, value, name, name_of) || ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>());
  if (!known) visit.fail(visit.place(), "has no known type");
}

}  // namespace sessioncore::json::detail
