/// sessiond's commands, run to their end. Thread rule: one thread.
#pragma once

#include <string>

namespace e2e {

struct Ended {
  int code = -1;
  std::string output;  ///< standard output and error

  [[nodiscard]] bool says(const std::string& text) const { return output.find(text) != std::string::npos; }
};

[[nodiscard]] inline bool says(const Ended& ended, const std::string& text) {
  return ended.says(text);
}

/// `arguments` as a shell takes them; `input` is what the command reads.
Ended sessiond(const std::string& arguments, const std::string& input = "");

}  // namespace e2e
