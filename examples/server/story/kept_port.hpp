/// A port that stays ours while the server that listens on it is down: meanwhile nobody else is given it, neither to
/// listen on nor as the near end of a connection.
///
/// Thread rule: plain value.
#pragma once

namespace sessioncore::story {

class KeptPort {
 public:
  /// 0: any free one of 127.0.0.1. Throws std::runtime_error if somebody listens on it.
  explicit KeptPort(int port = 0);
  ~KeptPort();
  KeptPort(const KeptPort&) = delete;
  KeptPort& operator=(const KeptPort&) = delete;

  [[nodiscard]] int number() const { return number_; }

 private:
  int socket_ = -1;
  int number_ = 0;
};

}  // namespace sessioncore::story
