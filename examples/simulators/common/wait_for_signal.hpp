// Waits for SIGINT or SIGTERM. Construct it before any thread starts: the signals are blocked in all of them, so that
// one place receives them and nothing runs inside a signal handler.
#pragma once

#include <csignal>

namespace sessioncore::simulators {

class SignalGate {
 public:
  SignalGate() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error code, not the end of the process
  }
  void wait() const {
    int received = 0;
    sigwait(&set_, &received);
  }

 private:
  sigset_t set_{};
};

}  // namespace sessioncore::simulators
