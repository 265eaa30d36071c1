/// One use of a prepared statement: binds in order, reads in order, and leaves the statement as it found it. A
/// statement that is not reset would keep its transaction open and make the next writer fail.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::sqlite {

class Query {
 public:
  /// Texts are not copied: they must live as long as the query. A temporary does not compile.
  template <class... Values>
  explicit Query(SQLite::Statement& statement, Values&&... values) : statement_(statement) {
    static_assert((kKept<Values&&> && ...), "a text would be gone before the statement runs");
    (bind(values), ...);
  }
  ~Query() {
    statement_.tryReset();
    statement_.clearBindings();
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// To the next row; false if there is none.
  [[nodiscard]] bool next() {
    column_ = 0;
    return statement_.executeStep();
  }
  /// Runs a statement without rows; the number of rows it changed.
  int run() { return statement_.exec(); }

  // The next column of the row.
  [[nodiscard]] std::int64_t integer() { return statement_.getColumn(column_++).getInt64(); }
  [[nodiscard]] std::string text() { return statement_.getColumn(column_++).getString(); }
  [[nodiscard]] Instant instant() { return {integer()}; }
  template <class Number>
  [[nodiscard]] Number number() {
    return static_cast<Number>(integer());
  }
  [[nodiscard]] bool null() const { return statement_.isColumnNull(column_); }
  template <class T, class Read>
  [[nodiscard]] std::optional<T> optional(Read read) {
    if (!null()) return T(read());
    ++column_;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Instant> optional_instant() {
    return optional<Instant>([this] { return instant(); });
  }

 private:
  template <class Value>
  static constexpr bool kKept =
      std::is_lvalue_reference_v<Value> || std::is_trivially_destructible_v<std::remove_reference_t<Value>>;

  template <class Value>
  void bind(const Value& value) {
    const int index = ++bound_;
    if constexpr (std::is_same_v<Value, std::string>) {
      statement_.bindNoCopy(index, value);
    } else if constexpr (std::is_same_v<Value, Instant>) {
      statement_.bind(index, value.ms);
    } else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
      statement_.bind(index, static_cast<std::int64_t>(value));
    } else {
      --bound_;
      bind_wrapped(value);
    }
  }
  template <class Tag>
  void bind_wrapped(const Id<Tag>& id) {
    bind(id.value);
  }
  template <class Value>
  void bind_wrapped(const std::optional<Value>& value) {
    if (value) return bind(*value);
    statement_.bind(++bound_);
  }

  SQLite::Statement& statement_;
  int bound_ = 0;
  int column_ = 0;
};

/// A limit as SQL understands it.
[[nodiscard]] inline std::int64_t limit_of(std::uint64_t max) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(max < kMost ? max : kMost);
}

/// How many rows come before a page (from 1), without overflow for pages far beyond the end.
[[nodiscard]] inline std::int64_t offset_of(std::uint64_t page, std::uint64_t limit) {
  const std::uint64_t before = page == 0 ? 0 : page - 1;
  if (before != 0 && limit > static_cast<std::uint64_t>(limit_of(~0ULL)) / before) return limit_of(~0ULL);
  return limit_of(before * limit);
}

}  // namespace sessioncore::sqlite
