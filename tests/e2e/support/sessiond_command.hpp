/// The commands of sessiond that end by themselves.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>

namespace e2e {

struct Ended {
  int code = -1;
  std::string output;  // standard output and error
};

inline Ended sessiond(const std::string& arguments) {
  Ended ended;
  FILE* pipe = ::popen((std::string(SESSIOND_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    ended.output.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

inline bool says(const Ended& ended, const std::string& text) {
  return ended.output.find(text) != std::string::npos;
}

}  // namespace e2e
