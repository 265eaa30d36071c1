// Files that hold what the code said when a person last looked at it.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace sessioncore::test_support {

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

// The first line in which two texts differ, for people.
inline std::string first_difference(const std::string& path, const std::string& held, const std::string& now) {
  std::istringstream held_lines(held);
  std::istringstream now_lines(now);
  std::string held_line;
  std::string now_line;
  for (int number = 1;; ++number) {
    const bool more_held = static_cast<bool>(std::getline(held_lines, held_line));
    const bool more_now = static_cast<bool>(std::getline(now_lines, now_line));
    if (more_held && more_now && held_line == now_line) continue;
    return path + ":" + std::to_string(number) + "\n- " + (more_held ? held_line : "(end)") + "\n+ " +
           (more_now ? now_line : "(end)");
  }
}

// Where the file differs from `text`; empty if it does not. With REWRITE set, stores the text.
inline std::string compare_with_file(const std::string& path, const std::string& text) {
  const std::string held = read_text(path);
  if (held == text) return {};
  if (std::getenv("REWRITE") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return {};
  }
  return first_difference(path, held, text) + "\nIf the new text is right: the same with REWRITE=1.";
}

}  // namespace sessioncore::test_support
