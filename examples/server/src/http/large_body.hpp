/// Reads a body of a route for large bodies, piece by piece, with counters of our own: the HTTP library has none for
/// chunks.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <httplib.h>

namespace sessioncore::server {

/// How much of all large bodies together may lie in memory. Thread rule: `allow` before serving, the rest any thread.
class BodyBudget {
 public:
  void allow(std::uint64_t bytes) { bytes_max_ += bytes; }
  [[nodiscard]] bool take(std::uint64_t bytes);
  void give_back(std::uint64_t bytes) { taken_ -= bytes; }

 private:
  std::uint64_t bytes_max_ = 0;
  std::atomic<std::uint64_t> taken_{0};
};

/// One body; its share of the budget is given back with it. Thread rule: one thread.
class LargeBody {
 public:
  LargeBody(BodyBudget& budget, std::uint64_t bytes_max) : budget_(budget), bytes_max_(bytes_max) {}
  ~LargeBody() { budget_.give_back(text_.size()); }
  LargeBody(const LargeBody&) = delete;
  LargeBody& operator=(const LargeBody&) = delete;

  /// Throws `HttpError`: 413 it is too large, 503 too many are being read, 400 its framing is broken.
  void read(const httplib::ContentReader& reader);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Fault { none, too_large, no_room };
  [[nodiscard]] bool append(const char* data, std::size_t size);

  BodyBudget& budget_;
  const std::uint64_t bytes_max_;
  std::string text_;
  Fault fault_ = Fault::none;
};

}  // namespace sessioncore::server
