/// What kinds of members the described values have.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

namespace sessioncore::json::detail {

/// `describe()` is written once for reading and writing: it takes a `T&` or a `const T&`. It binds all members of the
/// value by name, so that a member added to the value and forgotten here does not compile.
template <class Given, class Type>
concept Of = std::is_same_v<std::remove_const_t<Given>, Type>;

/// A number that identifies a text. Written as 16 hexadecimal digits, because JavaScript rounds integers over 2^53.
struct Digest {
  std::uint64_t value = 0;
};

/// Instants and durations keep within what JavaScript can count.
inline constexpr std::int64_t kMillisecondsMax = kForever.count();

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

}  // namespace sessioncore::json::detail
