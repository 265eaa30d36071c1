#include "testing/scenario_words.hpp"

#include <cmath>
#include <cstdio>
#include <utility>

namespace sessioncore::testing::detail {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// The value that begins at `at`, quoted or up to the next space; moves `at` behind it.
std::string read_value(std::string_view line, std::size_t& at) {
  std::string value;
  if (at >= line.size() || line[at] != '"') {
    while (at < line.size() && !is_space(line[at])) value += line[at++];
    return value;
  }
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    const bool escaped = line[at] == '\\' && at + 1 < line.size();
    if (escaped) ++at;
    value += escaped && line[at] == 'n' ? '\n' : line[at];
  }
  if (at == line.size()) throw BadScript("a quote is not closed");
  ++at;
  return value;
}

double parse_real(const std::string& name, const std::string& text, std::size_t& end) {
  try {
    return std::stod(text, &end);
  } catch (const std::exception&) {
    throw BadScript(name + " is no time such as 1.5s: '" + text + "'");
  }
}

}  // namespace

Words::Words(std::string_view line) {
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size()) return;
    const std::size_t begin = at;
    while (at < line.size() && !is_space(line[at]) && line[at] != '=') ++at;
    std::string name(line.substr(begin, at - begin));
    if (at < line.size() && line[at] == '=') {
      std::string value = read_value(line, ++at);
      if (!values_.emplace(name, std::move(value)).second) throw BadScript(name + " is given twice");
    } else if (command_.empty()) {
      command_ = std::move(name);
    } else {
      alone_.emplace(std::move(name), true);
    }
  }
}

std::optional<std::string> Words::find(const std::string& key) {
  auto taken = values_.extract(key);
  return taken.empty() ? std::nullopt : std::optional(std::move(taken.mapped()));
}

std::string Words::get(const std::string& key) {
  auto value = find(key);
  if (!value) throw BadScript(key + " is missing");
  return std::move(*value);
}

std::string Words::get(const std::string& key, std::string fallback) {
  return find(key).value_or(std::move(fallback));
}

std::uint32_t Words::number(const std::string& key) {
  return parse_number(key, get(key));
}

bool Words::flag(const std::string& word) {
  return alone_.erase(word) > 0;
}

std::string Words::word(const std::string& what) {
  if (alone_.empty()) throw BadScript(what + " is missing");
  return alone_.extract(alone_.begin()).key();
}

std::map<std::string, std::string> Words::take_rest() {
  return std::exchange(values_, {});
}

void Words::finish() const {
  if (!values_.empty()) throw BadScript("unknown field '" + values_.begin()->first + "'");
  if (!alone_.empty()) throw BadScript("unknown word '" + alone_.begin()->first + "'");
}

std::uint32_t parse_number(const std::string& name, const std::string& text) {
  const bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) throw BadScript(name + " is no number: '" + text + "'");
  return static_cast<std::uint32_t>(std::stoul(text));
}

bool parse_switch(const std::string& name, const std::string& text) {
  if (text == "on" || text == "true") return true;
  if (text == "off" || text == "false") return false;
  throw BadScript(name + " is neither on nor off: '" + text + "'");
}

Duration parse_duration(const std::string& name, const std::string& text) {
  static const std::map<std::string, double> kUnits = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  std::size_t end = 0;
  const double count = parse_real(name, text, end);
  const auto unit = kUnits.find(text.substr(end));
  if (unit == kUnits.end()) throw BadScript(name + " needs a unit (ms, s, m or h): '" + text + "'");
  return Duration(std::llround(count * unit->second));
}

std::string print(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(time.count()) / 1000);
  std::string number(text);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number + "s";
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? "\\n" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace sessioncore::testing::detail
