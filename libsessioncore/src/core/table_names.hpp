// The names of the tables' columns and actions in the order of the enumerators, gathered by the compiler.
#pragma once

#include "core/action_names.hpp"
#include "core/column_names.hpp"

#include <array>

namespace sessioncore::detail {

// How many enumerators there are. They count from 0 without gaps, and only they have names.
template <class Enum>
constexpr std::size_t count_enumerators() {
  std::size_t count = 0;
  while (!name_of(static_cast<Enum>(count)).empty()) ++count;
  return count;
}

template <class Enum>
constexpr auto gather_names() {
  std::array<std::string_view, count_enumerators<Enum>()> names;
  for (std::size_t n = 0; n < names.size(); ++n) names[n] = name_of(static_cast<Enum>(n));
  return names;
}

template <class Enum>
inline constexpr auto kNames = gather_names<Enum>();

}  // namespace sessioncore::detail
