/// Slows down whoever guesses passwords.
///
/// Counts failed logins of the last minute by address of the client and by e-mail address. Bounded: under a flood of
/// names the oldest counts are forgotten first. Thread rule: any thread.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace sessioncore::server {

class LoginLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// False: too many failures; try again within a minute.
  [[nodiscard]] bool may_try(const std::string& address, const std::string& email, Clock::time_point now);
  void failed(const std::string& address, const std::string& email, Clock::time_point now);

 private:
  void forget_old(Clock::time_point now);

  struct Failure {
    Clock::time_point at;
    std::string address;
    std::string email;
  };
  std::mutex mutex_;
  std::deque<Failure> failures_;
  std::map<std::string, int> by_address_;
  std::map<std::string, int> by_email_;
};

}  // namespace sessioncore::server
