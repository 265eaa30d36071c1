#include "support/command.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace e2e {

Ended sessiond(const std::string& arguments, const std::string& input) {
  std::string file = "/tmp/sessiond-input-XXXXXX";
  const int opened = ::mkstemp(file.data());
  const auto written = opened < 0 ? -1 : ::write(opened, input.data(), input.size());
  if (written != static_cast<ssize_t>(input.size())) throw std::runtime_error("no temporary file");
  ::close(opened);
  const std::string command = std::string(SESSIOND_PROGRAM) + " " + arguments + " 2>&1 <" + file;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no pipe");
  Ended ended;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    ended.output.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  ::unlink(file.c_str());
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

}  // namespace e2e
