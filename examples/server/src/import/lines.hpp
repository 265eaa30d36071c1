/// The lines of an export file, one by one and bounded: what is too long is passed over, never held.
///
/// A byte order mark, carriage returns and blank lines are skipped. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace sessioncore::server::importing {

/// MongoDB keeps no document larger than 16 MiB; its export form can be somewhat longer.
inline constexpr std::size_t kLineBytesMax = 32ULL * 1024 * 1024;

class Lines {
 public:
  enum class Found { line, too_long, end };

  /// Throws std::runtime_error if the file cannot be read; so does `next`.
  explicit Lines(const std::string& path, std::size_t line_bytes_max = kLineBytesMax);

  /// To the next line that is not blank; `line` holds it.
  [[nodiscard]] Found next(std::string& line);
  /// Of the line found last, from 1.
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  [[nodiscard]] Found read(std::string& line);
  [[nodiscard]] bool refill();

  std::string path_;
  std::size_t line_bytes_max_;
  std::ifstream in_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace sessioncore::server::importing
