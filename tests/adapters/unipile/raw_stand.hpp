// A server that does what no HTTP library would do: it hands each accepted connection to the test as it is.
#pragma once

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::unipile::tests {

class RawConnection {
 public:
  static constexpr int kPatienceMs = 60'000;

  explicit RawConnection(int descriptor) : descriptor_(descriptor) {}

  // Reads until `end` has come; false when the peer closes or stays silent for too long.
  bool read_until(std::string_view end) {
    while (received_.find(end) == std::string::npos) {
      if (!readable(kPatienceMs)) return false;
      char buffer[4096];
      const auto count = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      received_.append(buffer, static_cast<std::size_t>(count));
    }
    return true;
  }
  // The whole of a form: its last boundary line ends like this.
  bool read_form() { return read_until("\r\n\r\n") && read_until("--\r\n"); }
  bool write(std::string_view text) {
    return ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // True when there is something to read within the time, the peer's closing included.
  bool readable(int at_most_ms) {
    pollfd poll_for{descriptor_, POLLIN, 0};
    return ::poll(&poll_for, 1, at_most_ms) > 0;
  }
  [[nodiscard]] const std::string& received() const { return received_; }

 private:
  int descriptor_;
  std::string received_;
};

class RawStand {
 public:
  explicit RawStand(std::function<void(RawConnection&)> serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 16) != 0) {
      throw std::runtime_error("cannot listen");
    }
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~RawStand() {
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  RawStand(const RawStand&) = delete;
  RawStand& operator=(const RawStand&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  void run() {
    while (!ending_) {
      const int descriptor = ::accept(listener_, nullptr, nullptr);
      if (descriptor < 0) continue;
      ++accepted_;
      RawConnection connection(descriptor);
      serve_(connection);
      ::close(descriptor);
    }
  }

  std::function<void(RawConnection&)> serve_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

}  // namespace sessioncore::unipile::tests
