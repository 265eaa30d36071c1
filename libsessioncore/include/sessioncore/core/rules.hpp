/// The rows of all decision tables by id, for audit, explanation and documentation.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sessioncore {

struct Rule {
  std::string_view table;   ///< "contact_message"
  std::string_view id;      ///< "18.1/4"
  std::string_view action;  ///< "buffer_for_agent"
  std::string_view says;    ///< what the row does, in words
};

/// Every row, in the order of the tables. Static storage.
[[nodiscard]] std::span<const Rule> all_rules();
/// The row with this id, or null.
[[nodiscard]] const Rule* find_rule(std::string_view id);

}  // namespace sessioncore
