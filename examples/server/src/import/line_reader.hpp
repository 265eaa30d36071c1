/// Reads the files of an export, each to its end: counts the lines, and reports those that are bad.
///
/// Thread rule: one thread.
#pragma once

#include "import/progress.hpp"
#include "import/report.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace sessioncore::server::importing {

/// How reports call a file.
[[nodiscard]] std::string name_of(const std::string& path);

class LineReader {
 public:
  LineReader(Report& report, Progress& progress) : report_(report), progress_(progress) {}

  /// What `take` throws as `BadField` costs only that line. An empty path has no lines.
  void each(Subject subject, const std::string& path,
            const std::function<void(const std::string& line, std::uint64_t number)>& take);

 private:
  Report& report_;
  Progress& progress_;
};

}  // namespace sessioncore::server::importing
