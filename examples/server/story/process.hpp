/// A program started by us: a server or a stand-in that says on its standard output where it listens.
///
/// It ends with us, whatever happens to us. Thread rule: one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sessioncore::story {

class Process {
 public:
  Process() = default;
  ~Process();  ///< kills it if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Starts it with the given variables added to our environment, from which what configures a server is left out
  /// (`SESSIOND_`, `UNIPILE_`, `ELEVENLABS_`); its standard error is appended to `log`. Throws std::runtime_error if it
  /// cannot be started.
  void start(const std::vector<std::string>& command, const std::map<std::string, std::string>& variables,
             const std::string& log);
  /// Reads its output until a line holds "http://" and returns that address. Throws if it ends first or says nothing.
  [[nodiscard]] std::string wait_for_address(std::chrono::milliseconds within);
  void kill_now();   ///< SIGKILL, and waits until it is gone
  void terminate();  ///< SIGTERM; see `wait_for_end`
  /// Its exit code, 128 + n if signal n ended it, or -1 if it still runs after `within`.
  [[nodiscard]] int wait_for_end(std::chrono::milliseconds within);
  [[nodiscard]] bool running();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  int exit_code_ = -1;
};

}  // namespace sessioncore::story
