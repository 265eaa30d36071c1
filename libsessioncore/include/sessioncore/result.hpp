/// Operating failures as values. A refusal by the rules is no failure: see `Outcome` in core/step.hpp.
///
/// The members are called as those of `std::expected`; the value or the `Error` converts to a `Result` by itself.
/// Whoever takes what is not there breaks a duty (assert.hpp), but for `value()`, which throws `BadResult`.
/// Thread rule: plain values.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <sessioncore/assert.hpp>

namespace sessioncore {

/// Closed set; the numbers are the ones of the C interface and never change.
enum class ErrorCode : int {
  invalid_argument = 1,  ///< the caller's data is not of the agreed form; `detail` names the field
  not_found = 2,
  conflict = 3,     ///< somebody else changed the same record (version check)
  unavailable = 4,  ///< storage or a peer cannot be used now; trying again later can help
  corrupt = 5,      ///< stored data cannot be read
  full = 6,         ///< a bounded queue is full
  shutting_down = 7,
};

[[nodiscard]] constexpr std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::full: return "full";
    case ErrorCode::shutting_down: return "shutting_down";
  }
  return "unknown";
}

struct Error {
  ErrorCode code = ErrorCode::unavailable;
  std::string detail{};  ///< for people and logs; holds neither message text nor secrets
};

/// Thrown by `Result::value()` only, for scripts and examples that prefer exceptions.
class BadResult : public std::runtime_error {
 public:
  explicit BadResult(const Error& error)
      : std::runtime_error(std::string(to_string(error.code)) + ": " + error.detail) {}
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& operator*() { return *operator->(); }
  [[nodiscard]] const T& operator*() const { return *operator->(); }
  [[nodiscard]] T* operator->() {
    SESSIONCORE_ASSERT(has_value(), "Result: taken for a value, and it is an error");
    return std::get_if<0>(&content_);
  }
  [[nodiscard]] const T* operator->() const {
    SESSIONCORE_ASSERT(has_value(), "Result: taken for a value, and it is an error");
    return std::get_if<0>(&content_);
  }
  [[nodiscard]] const Error& error() const {
    SESSIONCORE_ASSERT(!has_value(), "Result: taken for an error, and it is a value");
    return *std::get_if<1>(&content_);
  }
  [[nodiscard]] const T& value() const& {
    if (!has_value()) throw BadResult(error());
    return **this;
  }
  [[nodiscard]] T value() && {
    if (!has_value()) throw BadResult(error());
    return std::move(**this);
  }
  [[nodiscard]] T value_or(T fallback) const { return has_value() ? **this : std::move(fallback); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const {
    SESSIONCORE_ASSERT(failed_, "Result: taken for an error, and it is a value");
    return error_;
  }
  void value() const {
    if (failed_) throw BadResult(error_);
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace sessioncore
