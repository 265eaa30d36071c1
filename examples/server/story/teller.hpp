/// Tells the story on the terminal: a numbered line for each step, a mark for each check, and the decisions the server
/// made meanwhile, each with the rows of the decision tables that made it.
///
/// Thread rule: one thread.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::story {

/// A check did not come true. The text says what was expected and what is there.
class StepFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Teller {
 public:
  Teller();

  void step(const std::string& title);
  void note(const std::string& text) const;
  void passed(const std::string& what);
  /// Prints those decisions of a chat that were not printed before.
  void decisions(const std::string& chat_name, const nlohmann::json& list);
  void summary() const;

  [[nodiscard]] int checks() const { return checks_; }

 private:
  [[nodiscard]] std::string clock() const;

  std::chrono::steady_clock::time_point began_;
  int steps_ = 0;
  int checks_ = 0;
  std::size_t decisions_ = 0;
  std::set<std::string> told_;        // ids of decisions
  std::map<std::string, int> rules_;  // how often each row decided
};

}  // namespace sessioncore::story
