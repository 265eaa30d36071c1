/// The value of a result, for who cannot go on without it: otherwise a `std::runtime_error` that says what failed and
/// why. Thread rule: pure.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <sessioncore/result.hpp>

namespace sessioncore::server {

template <class T>
T must(Result<T> result, const std::string& what = "the database refused") {
  if (!result) throw std::runtime_error(what + ": " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace sessioncore::server
