/// A TCP client that sends exactly the bytes it is given: for what a well-behaved client would never do.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace e2e {

class RawClient {
 public:
  explicit RawClient(int port);  ///< throws std::runtime_error if nobody listens on 127.0.0.1:port
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Returns how many bytes the peer took before it closed.
  std::size_t send(std::string_view bytes);
  /// Everything the peer sends until it closes or `within` has passed.
  [[nodiscard]] std::string read_all(std::chrono::milliseconds within);
  /// Reads until `text` has come, the peer closes or `within` has passed; returns all that came.
  [[nodiscard]] std::string read_until(std::string_view text, std::chrono::milliseconds within);
  /// True if the peer has closed, waiting at most `within` and throwing away what still comes.
  [[nodiscard]] bool closed(std::chrono::milliseconds within);
  void reset();  ///< closes with RST
  /// However much the peer sends, the kernel takes little of it that was not read yet.
  void take_little();

 private:
  int socket_ = -1;
  std::string received_;
};

/// Status codes of all complete status lines in `bytes`, in order, as in "200 404".
[[nodiscard]] std::string statuses(const std::string& bytes);

}  // namespace e2e
