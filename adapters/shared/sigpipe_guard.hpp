/// Writing to a connection that has ended raises SIGPIPE, whose default is to end the process. The HTTP library leaves
/// that to its user; a library cannot change the process's signal handling, so each exchange holds the signal back for
/// its own thread.
#pragma once

#include <csignal>
#include <ctime>

namespace sessioncore::adapters {

class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&only_pipe_);
    sigaddset(&only_pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &only_pipe_, &before_);
  }
  ~SigpipeGuard() {
    if (!was_pending_) {
      const timespec at_once{};
      while (sigtimedwait(&only_pipe_, nullptr, &at_once) == SIGPIPE) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t only_pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace sessioncore::adapters
