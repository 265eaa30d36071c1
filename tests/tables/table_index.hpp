// The ways into docs/decision-tables.md: a plain question for each table, and the rows that a key of the policy is
// about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sessioncore::tables {

// In Markdown. A table without a question, or a question without a table, throws std::logic_error that names it.
[[nodiscard]] std::string contents();
// In Markdown. A key that is about no row throws std::logic_error.
[[nodiscard]] std::string rows_by_policy_key();
// Those that the index lists, as the configuration calls them.
[[nodiscard]] std::vector<std::string_view> indexed_keys();

}  // namespace sessioncore::tables
