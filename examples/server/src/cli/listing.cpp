#include "cli/listing.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace sessioncore::server::cli {

namespace {

/// Terminals obey control characters, so that a name could hide what a list says.
std::string shown(const std::string& cell) {
  if (cell.empty()) return "-";
  std::string text = cell;
  const auto control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  std::replace_if(text.begin(), text.end(), control, '?');
  return text;
}

/// In code points, which is right for all but the widest scripts.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

void print_table(const Row& head, const std::vector<Row>& rows) {
  std::vector<Row> lines{head};
  lines.insert(lines.end(), rows.begin(), rows.end());
  std::vector<std::size_t> widths(head.size(), 0);
  for (const Row& line : lines) {
    for (std::size_t n = 0; n < line.size(); ++n) widths[n] = std::max(widths[n], width_of(shown(line[n])));
  }
  for (const Row& line : lines) {
    std::string text;
    for (std::size_t n = 0; n < line.size(); ++n) {
      const std::string cell = shown(line[n]);
      text += cell;
      if (n + 1 < line.size()) text.append(widths[n] - width_of(cell) + 2, ' ');
    }
    std::printf("%s\n", text.c_str());
  }
}

void print_json(const nlohmann::json& value) {
  std::printf("%s\n", value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

}  // namespace sessioncore::server::cli
