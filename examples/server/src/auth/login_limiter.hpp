/// Slows down whoever guesses passwords, without locking out the one who knows it.
///
/// Counts the tries of the last minute that did not succeed: by client address, and by address and e-mail together. An
/// e-mail address by itself is never refused, because then anybody could lock its owner out; while it is guessed from
/// many addresses, each address has fewer tries. Bounded: under a flood the oldest counts are forgotten first.
/// Thread rule: any thread.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace sessioncore::server {

class LoginLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Counts the try before its password is looked at, so that tries at the same time count too. Not empty: too many;
  /// how long until one will be admitted, should there be no other before.
  [[nodiscard]] std::optional<std::chrono::seconds> admit(const std::string& address, const std::string& email,
                                                          Clock::time_point now);
  /// The try was no guess: it succeeded, or nobody looked at it.
  void take_back(const std::string& address, const std::string& email);

 private:
  struct Try {
    Clock::time_point at;
    std::string address;
    std::string email;
  };
  /// What the limits look at.
  struct Counts {
    int by_address = 0;
    int by_email = 0;
    int by_both = 0;
    [[nodiscard]] bool are_too_many() const;
  };
  [[nodiscard]] std::chrono::seconds wait_for(const Try& next, Counts counts) const;
  void count(const Try& one, int by);
  void forget_old(Clock::time_point now);

  std::mutex mutex_;
  std::deque<Try> tries_;
  std::map<std::string, int> by_address_;
  std::map<std::string, int> by_email_;
  std::map<std::pair<std::string, std::string>, int> by_both_;
};

}  // namespace sessioncore::server
