/// What an import did: counts, and where and why something was left out. Lists are bounded, counts are not.
///
/// Thread rule: one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sessioncore::server::importing {

enum class Subject { tenants, settings, agents, users, chats, sessions, messages };
inline constexpr std::size_t kSubjects = 7;
[[nodiscard]] const char* to_string(Subject subject);

struct Counts {
  std::uint64_t read = 0;  ///< lines, good and bad; of settings: grace periods, blacklisted numbers, bad ones
  std::uint64_t imported = 0;
  std::uint64_t already_there = 0;  ///< from an import before this one
  std::uint64_t skipped = 0;
  std::uint64_t bad = 0;
};

/// Something to tell about a line of a file.
struct Finding {
  std::string file;  ///< its name without the folder
  std::uint64_t line = 0;
  std::string text;
};

class Report {
 public:
  explicit Report(bool dry_run) : dry_run_(dry_run) {}

  Counts& of(Subject subject) { return counts_.at(static_cast<std::size_t>(subject)); }
  [[nodiscard]] const Counts& of(Subject subject) const { return counts_.at(static_cast<std::size_t>(subject)); }

  void bad(Subject subject, Finding finding);
  /// `reason` is what is counted; the finding's text may say more.
  void skipped(Subject subject, const std::string& reason, Finding finding);
  /// Many at once that one finding speaks for.
  void skipped_with(Subject subject, const std::string& reason, std::uint64_t count);
  /// Went in, but not quite as it was.
  void note(Finding finding);

  /// Nothing was skipped and nothing bad.
  [[nodiscard]] bool complete() const;
  [[nodiscard]] std::string as_text() const;
  [[nodiscard]] std::string as_json() const;

 private:
  struct Bounded {
    std::uint64_t total = 0;
    std::vector<Finding> first;
    void add(Finding finding);
  };

  bool dry_run_;
  std::array<Counts, kSubjects> counts_;
  std::map<std::string, std::uint64_t> reasons_;
  Bounded bad_;
  Bounded skipped_;
  Bounded notes_;
};

}  // namespace sessioncore::server::importing
