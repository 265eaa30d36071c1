#include "support/raw_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace e2e {

namespace {

using Clock = std::chrono::steady_clock;

bool wait_readable(int socket, Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd descriptor{socket, POLLIN, 0};
  return ::poll(&descriptor, 1, static_cast<int>(std::max<long>(0, left))) > 0;
}

}  // namespace

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

std::size_t RawClient::send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return sent;
}

std::string RawClient::read_until(std::string_view text, std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  std::array<char, 16384> buffer{};
  while (text.empty() || received_.find(text) == std::string::npos) {
    if (!wait_readable(socket_, until)) break;
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return received_;
}

std::string RawClient::read_all(std::chrono::milliseconds within) {
  return read_until("", within);
}

bool RawClient::closed(std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  std::array<char, 16384> buffer{};
  while (wait_readable(socket_, until)) {
    if (::recv(socket_, buffer.data(), buffer.size(), 0) <= 0) return true;
  }
  return false;
}

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket_);
  socket_ = -1;
}

void RawClient::take_little() {
  const int bytes = 16 * 1024;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::string statuses(const std::string& bytes) {
  std::string result;
  const std::string mark = "HTTP/1.1 ";
  for (auto at = bytes.find(mark); at != std::string::npos; at = bytes.find(mark, at + 1)) {
    result += (result.empty() ? "" : " ") + bytes.substr(at + mark.size(), 3);
  }
  return result;
}

}  // namespace e2e
