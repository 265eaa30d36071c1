/// Reads the body of a request piece by piece, with counters of our own: the HTTP library has none for chunks.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <httplib.h>

namespace sessioncore::server {

/// How much of all bodies of one kind may lie in memory. Thread rule: `allow` before serving, the rest any thread.
class BodyBudget {
 public:
  void allow(std::uint64_t bytes) { bytes_max_ += bytes; }
  [[nodiscard]] bool take(std::uint64_t bytes);
  void give_back(std::uint64_t bytes) { taken_ -= bytes; }

 private:
  std::uint64_t bytes_max_ = 0;
  std::atomic<std::uint64_t> taken_{0};
};

/// One body; its share of the budget is given back with this object, not with the text. Thread rule: one thread.
class BoundedBody {
 public:
  /// Without a budget the number of connections bounds what lies in memory.
  BoundedBody(std::uint64_t bytes_max, BodyBudget* budget) : bytes_max_(bytes_max), budget_(budget) {}
  ~BoundedBody() {
    if (budget_ != nullptr) budget_->give_back(size_);
  }
  BoundedBody(const BoundedBody&) = delete;
  BoundedBody& operator=(const BoundedBody&) = delete;

  /// Throws `HttpError`: 413 it is too large, 503 too many are being read, 400 its framing is broken.
  [[nodiscard]] std::string read(const httplib::ContentReader& reader);

 private:
  enum class Fault { none, too_large, no_room };
  [[nodiscard]] Fault count(std::uint64_t bytes);

  const std::uint64_t bytes_max_;
  BodyBudget* const budget_;
  std::uint64_t size_ = 0;
};

}  // namespace sessioncore::server
