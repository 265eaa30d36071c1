/// Names of the enumerations that only the JSON forms name; the others have theirs in the core.
#pragma once

#include <optional>
#include <string_view>

#include <sessioncore/core/step.hpp>

namespace sessioncore::json::detail {

[[nodiscard]] std::string_view to_string(TurnStage);
[[nodiscard]] std::string_view to_string(LinkStage);
[[nodiscard]] std::string_view to_string(SendStage);
[[nodiscard]] std::string_view to_string(ReportedDelivery);
[[nodiscard]] std::string_view to_string(LinkLoss);
[[nodiscard]] std::string_view to_string(SendFailure);
[[nodiscard]] std::string_view to_string(AmbiguousSend);

/// The enumerator with this name. Enumerators count from 0 without gaps, and only those have names.
template <class Enum>
[[nodiscard]] std::optional<Enum> enumerator(std::string_view name) {
  for (int number = 0;; ++number) {
    const std::string_view candidate = to_string(static_cast<Enum>(number));
    if (candidate.empty()) return std::nullopt;
    if (candidate == name) return static_cast<Enum>(number);
  }
}

}  // namespace sessioncore::json::detail
