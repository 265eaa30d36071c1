/// A TCP server for what no HTTP library would do: it runs a script on each connection it accepts.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::elevenlabs::testing {

class TcpStub {
 public:
  /// `script` runs on a thread of its own; the connection is closed when it returns.
  using Script = std::function<void(TcpStub& stub, int connection)>;

  explicit TcpStub(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 64) != 0) std::abort();
    ::getsockname(listener_, plain, &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~TcpStub() {
    stopping_ = true;
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
  }
  TcpStub(const TcpStub&) = delete;
  TcpStub& operator=(const TcpStub&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] int accepted() const { return accepted_; }

  /// The request's head; empty if the client went away.
  std::string read_head(int connection) {
    std::string head;
    char byte = 0;
    while (head.find("\r\n\r\n") == std::string::npos) {
      if (!readable(connection) || ::recv(connection, &byte, 1, 0) != 1) return {};
      head += byte;
    }
    return head;
  }
  static bool write(int connection, const std::string& text) {
    return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  /// Copies both ways until either side ends, as a proxy does.
  void relay(int left, int right) {
    char buffer[4096];
    while (!stopping_) {
      pollfd both[2] = {{left, POLLIN, 0}, {right, POLLIN, 0}};
      if (::poll(both, 2, 20) <= 0) continue;
      for (int i = 0; i < 2; ++i) {
        if ((both[i].revents & (POLLIN | POLLHUP)) == 0) continue;
        const auto got = ::recv(both[i].fd, buffer, sizeof buffer, 0);
        if (got <= 0) return;
        if (!write(both[1 - i].fd, std::string(buffer, static_cast<std::size_t>(got)))) return;
      }
    }
  }
  /// A connection of our own to a port of this machine.
  static int dial(int port) {
    const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    return connection;
  }
  /// Until the client ends the connection or the stub stops.
  void wait_for_end(int connection) {
    char byte = 0;
    while (readable(connection) && ::recv(connection, &byte, 1, 0) == 1) {
    }
  }
  /// Waits that long, or less if the stub stops: a slow sender.
  bool pause(int milliseconds) {
    for (int slept = 0; slept < milliseconds && !stopping_; slept += 10) ::poll(nullptr, 0, 10);
    return !stopping_;
  }

 private:
  void accept_all() {
    while (!stopping_) {
      if (!readable(listener_)) continue;
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      ++accepted_;
      threads_.emplace_back([this, connection] {
        script_(*this, connection);
        ::close(connection);
      });
    }
  }
  /// False when the stub stops.
  bool readable(int descriptor) const {
    while (!stopping_) {
      pollfd one{descriptor, POLLIN, 0};
      if (::poll(&one, 1, 20) > 0) return true;
    }
    return false;
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> accepted_{0};
  std::thread acceptor_;
  std::vector<std::thread> threads_;  // of the acceptor thread, until it has ended
};

}  // namespace sessioncore::elevenlabs::testing
