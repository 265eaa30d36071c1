/// Lists on standard output: a table for people, JSON for programs. Thread rule: the main thread.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::server::cli {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell; an empty cell is a "-". Control characters are shown as "?".
void print_table(const Row& head, const std::vector<Row>& rows);
void print_json(const nlohmann::json& value);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace sessioncore::server::cli
