/// The rows of all decision tables as text, for audit, explanation and documentation. Thread rule: any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sessioncore {

struct Rule {
  std::string_view table{};          ///< "contact_message"
  std::string_view id{};             ///< "18.1/4"
  std::vector<std::string> cells{};  ///< one a column: "any", "ai", "waiting or ai", "not duplicate"
  std::string_view action{};         ///< "buffer_for_agent"
  std::string_view says{};           ///< what the row does, in words
};

struct RuleTable {
  std::string_view name{};   ///< "contact_message"
  std::string_view title{};  ///< "Contact message (S18.1)"
  std::vector<std::string_view> columns{};
  std::vector<Rule> rows{};
};

/// Every table with its rows, in order. Built on first use, then static.
[[nodiscard]] std::span<const RuleTable> rule_tables();

/// The row with this id, or null.
[[nodiscard]] const Rule* find_rule(std::string_view id);

/// All tables as Markdown: what docs/decision-tables.md holds and `sessiond tables` prints.
[[nodiscard]] std::string rules_as_markdown();

}  // namespace sessioncore
