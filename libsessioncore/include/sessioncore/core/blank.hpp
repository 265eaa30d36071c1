/// What of a text cannot be seen. Everything that asks whether a text says anything asks here, adapters too, so that
/// all mean the same by it. Pure; safe with invalid UTF-8, which counts as visible. Thread rule: any thread.
#pragma once

#include <string_view>

namespace sessioncore {

/// True if there is nothing to read: only Unicode white space and what is not shown at all (of no width, marks of
/// direction, byte order marks, variation selectors, controls).
[[nodiscard]] bool is_blank(std::string_view text);

/// Unicode white space trimmed at both ends. What is not shown stays: with its neighbours it may mean something.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace sessioncore
