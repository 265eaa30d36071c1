/// What a decision table is: rows of conditions with one action each, as plain data that a compiler can check.
///
/// A cell is a set of values of its column (one, several, all but some, or any). `exactly_one_row` walks the product of
/// the columns: a gap or an overlap does not compile, so the order of rows never matters.
/// Thread rule: constants.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace sessioncore {

/// How many enumerators a column type has; they must be 0 .. n-1.
template <class Column>
inline constexpr std::size_t kColumnSize = 0;

struct Any {};
inline constexpr Any any{};  // NOLINT(readability-identifier-naming): a word of the tables

/// A set of values of one column, as a bit mask.
template <class Column>
struct Cell {
  std::uint32_t mask = 0;

  constexpr Cell(Any) : mask((1U << kColumnSize<Column>)-1U) {}               // NOLINT(google-explicit-constructor)
  constexpr Cell(Column value) : mask(1U << static_cast<unsigned>(value)) {}  // NOLINT(google-explicit-constructor)
  constexpr explicit Cell(std::uint32_t bits) : mask(bits) {}
  [[nodiscard]] constexpr bool holds(Column value) const { return ((mask >> static_cast<unsigned>(value)) & 1U) != 0; }
};

template <class Column, std::same_as<Column>... More>
[[nodiscard]] constexpr Cell<Column> one_of(Column first, More... more) {
  return Cell<Column>(((1U << static_cast<unsigned>(first)) | ... | (1U << static_cast<unsigned>(more))));
}
template <class Column, std::same_as<Column>... More>
[[nodiscard]] constexpr Cell<Column> all_but(Column first, More... more) {
  return Cell<Column>(Cell<Column>(any).mask & ~one_of(first, more...).mask);
}

template <class Action, class... Columns>
struct Row {
  std::string_view id;  ///< the spec's row, such as "18.1/4"; with a "+" where the spec has none
  std::tuple<Cell<Columns>...> when;
  Action then;
  std::string_view says;

  constexpr Row(std::string_view row_id, Cell<Columns>... cells, Action action, std::string_view words)
      : id(row_id), when(cells...), then(action), says(words) {}

  [[nodiscard]] constexpr bool matches(const Columns&... values) const {
    return std::apply([&](const auto&... cells) { return (cells.holds(values) && ...); }, when);
  }
};

/// The row that applies. The tables are total, so there always is one.
template <class Action, class... Columns, std::size_t N>
[[nodiscard]] constexpr const Row<Action, Columns...>& find_row(const Row<Action, Columns...> (&table)[N],
                                                                std::type_identity_t<Columns>... situation) {
  std::size_t at = 0;
  while (at + 1 < N && !table[at].matches(situation...)) ++at;
  return table[at];
}

namespace detail {

template <class Action, class... Columns, std::size_t N, std::size_t... I>
constexpr bool exactly_one_row(const Row<Action, Columns...> (&table)[N], std::index_sequence<I...>) {
  constexpr std::size_t kSizes[] = {kColumnSize<Columns>...};
  constexpr std::size_t kTotal = (kColumnSize<Columns> * ...);
  static_assert(kTotal > 0, "a column without a size proves nothing");
  for (std::size_t n = 0; n < kTotal; ++n) {
    std::size_t values[sizeof...(Columns)] = {};
    for (std::size_t column = 0, rest = n; column < sizeof...(Columns); ++column) {
      values[column] = rest % kSizes[column];
      rest /= kSizes[column];
    }
    int matching = 0;
    for (const auto& row : table) matching += row.matches(static_cast<Columns>(values[I])...) ? 1 : 0;
    if (matching != 1) return false;
  }
  return true;
}

}  // namespace detail

/// True if every combination of column values is matched by one row, and by one only.
template <class Action, class... Columns, std::size_t N>
[[nodiscard]] constexpr bool exactly_one_row(const Row<Action, Columns...> (&table)[N]) {
  return detail::exactly_one_row(table, std::index_sequence_for<Columns...>{});
}

}  // namespace sessioncore
