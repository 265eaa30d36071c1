// The words of a script's line, and times in print.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sessioncore/instant.hpp>

namespace sessioncore::testing::detail {

// Stays within the runner: run_script turns it into an Error with the line's number.
struct BadScript : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `command word key=value key="quoted value"`. Every word and key must be asked for, or `finish` complains: a
// misspelt option never passes unnoticed.
class Words {
 public:
  explicit Words(std::string_view line);

  [[nodiscard]] const std::string& command() const { return command_; }
  [[nodiscard]] std::optional<std::string> find(const std::string& key);
  [[nodiscard]] std::string get(const std::string& key);
  [[nodiscard]] std::string get(const std::string& key, std::string fallback);
  [[nodiscard]] std::uint32_t number(const std::string& key);
  // A word without a value, such as `force`.
  [[nodiscard]] bool flag(const std::string& word);
  // The first word that stands alone.
  [[nodiscard]] std::string word(const std::string& what);
  // Every key that is left, in order of name; takes them all.
  [[nodiscard]] std::map<std::string, std::string> take_rest();
  void finish() const;

 private:
  std::string command_;
  std::map<std::string, std::string> values_;
  std::map<std::string, bool> alone_;
};

[[nodiscard]] std::uint32_t parse_number(const std::string& name, const std::string& text);
[[nodiscard]] bool parse_switch(const std::string& name, const std::string& text);
// "1.5s", "300ms", "5m", "1h", with a sign.
[[nodiscard]] Duration parse_duration(const std::string& name, const std::string& text);

[[nodiscard]] std::string print(Duration time);
// In quotes, with line breaks and quotes escaped.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace sessioncore::testing::detail
