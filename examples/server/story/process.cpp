#include "process.hpp"

#include "waiting.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sessioncore::story {

namespace {

using Clock = std::chrono::steady_clock;

/// Runs in the child; only calls that are safe after fork.
[[noreturn]] void become(char* const* arguments, char* const* environment, int output, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  // The listeners of a caller that is a server itself: a program that held them would accept for nobody.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execvpe(arguments[0], arguments, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What is exported for another server would win over the configuration that this one is given.
bool configures_a_server(const std::string& variable) {
  constexpr const char* kBeginnings[] = {"SESSIOND_", "UNIPILE_", "ELEVENLABS_"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](const char* beginning) { return variable.rfind(beginning, 0) == 0; });
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> result;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const bool replaced = variables.count(text.substr(0, text.find('='))) > 0;
    if (!replaced && !configures_a_server(text)) result.push_back(text);
  }
  for (const auto& [name, value] : variables) result.push_back(name + "=" + value);
  return result;
}

}  // namespace

Process::~Process() {
  if (pid_ > 0) kill_now();
  if (output_ >= 0) ::close(output_);
}

void Process::start(const std::vector<std::string>& command, const std::map<std::string, std::string>& variables,
                    const std::string& log) {
  if (pid_ > 0) throw std::runtime_error("already running");
  if (output_ >= 0) ::close(output_);
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_file < 0) throw std::runtime_error("cannot write " + log);
  auto command_copy = command;
  auto environment = environment_with(variables);
  const auto arguments = pointers(command_copy);
  const auto variables_of_child = pointers(environment);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(arguments.data(), variables_of_child.data(), pipe_ends[1], log_file, parent);
  ::close(pipe_ends[1]);
  ::close(log_file);
  output_ = pipe_ends[0];
  exit_code_ = -1;
  if (pid_ < 0) throw std::runtime_error("cannot start " + command.front());
}

std::string Process::wait_for_address(std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  std::string text;
  for (;;) {
    const auto at = text.find("http://");
    const auto end = at == std::string::npos ? at : text.find_first_of(" \r\n", at);
    if (end != std::string::npos) return text.substr(at, end - at);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd descriptor{output_, POLLIN, 0};
    if (left <= 0 || ::poll(&descriptor, 1, static_cast<int>(left)) <= 0) break;
    std::array<char, 512> buffer{};
    const auto count = ::read(output_, buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  throw std::runtime_error("the program did not say where it listens" + (text.empty() ? text : ", only: " + text));
}

void Process::kill_now() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  exit_code_ = 128 + SIGKILL;
}

void Process::terminate() {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

bool Process::running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Process::wait_for_end(std::chrono::milliseconds within) {
  return wait_until(within, [this] { return !running(); }) ? exit_code_ : -1;
}

}  // namespace sessioncore::story
