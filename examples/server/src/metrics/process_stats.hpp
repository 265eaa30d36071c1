/// What the system tells about this process. Thread rule: any thread.
#pragma once

namespace sessioncore::server {

struct ProcessStats {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double open_files = 0;
  double max_files = 0;
};

/// What cannot be learned stays 0.
[[nodiscard]] ProcessStats process_stats();

}  // namespace sessioncore::server
