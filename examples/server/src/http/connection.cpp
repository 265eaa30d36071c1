#include "http/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::server {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdleLook(50);  // how often an idle connection looks whether it should give up its thread
constexpr milliseconds kLingerTime(2'000);
constexpr std::size_t kLingerBytes = std::size_t{32} * 1024 * 1024;

thread_local Connection* current_connection = nullptr;

/// Waits until one of the sockets is ready. False after `deadline` and on errors other than an interruption.
template <std::size_t Count>
bool wait_for_one(std::array<pollfd, Count>& sockets, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = ::poll(sockets.data(), sockets.size(), static_cast<int>(std::max<long>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

void address_of(const sockaddr_storage& address, std::string& ip, int& port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    if (::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size()) != nullptr) ip = text.data();
    port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    if (::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size()) != nullptr) ip = text.data();
    port = ntohs(v6.sin6_port);
  }
}

using NameOfSocket = int (*)(int, sockaddr*, socklen_t*);
void ask_address(NameOfSocket ask, int socket, std::string& ip, int& port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (ask(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0) address_of(address, ip, port);
}

}  // namespace

Connection::Connection(int socket, const ConnectionLimits& limits, int stop)
    : socket_(socket), limits_(limits), stop_(stop) {
  current_connection = this;
}

Connection::~Connection() {
  current_connection = nullptr;
  if (socket_ >= 0) ::close(socket_);
}

Connection* Connection::current() {
  return current_connection;
}

bool Connection::leave() {
  if (!take_) return false;
  const int socket = std::exchange(socket_, -1);
  take_(socket);
  return true;
}

bool Connection::wait_for_request(const std::function<bool(milliseconds idle)>& give_up) {
  part_ = Part::idle;
  const auto since = Clock::now();
  const auto until = since + limits_.keep_alive;
  while (begin_ == end_) {
    auto look_again = std::min(until, Clock::now() + kIdleLook);
    if (wait_for(POLLIN, look_again)) return fill(look_again);
    auto now = Clock::now();
    if (now < until && !give_up(std::chrono::duration_cast<milliseconds>(now - since))) continue;
    // Once more: what came while that was decided has come.
    return wait_for(POLLIN, now) && fill(now);
  }
  return true;
}

void Connection::begin_head() {
  part_ = Part::head;
  head_bytes_ = 0;
  deadline_ = Clock::now() + limits_.head_timeout;
}

void Connection::begin_body(std::uint64_t bytes_max) {
  part_ = Part::body;
  body_bytes_left_ = bytes_max;
  deadline_ = Clock::now() + limits_.body_timeout;
}

bool Connection::wait_for(short events, Clock::time_point& deadline) const {
  std::array<pollfd, 2> peer_or_stop{{{socket_, events, 0}, {stop_, POLLIN, 0}}};
  if (!wait_for_one(peer_or_stop, deadline)) return false;
  if (peer_or_stop[1].revents == 0) return true;
  // Only ever closer, so that a peer that drips does not win time with each byte.
  deadline = std::min(deadline, Clock::now() + limits_.stop_patience);
  std::array<pollfd, 1> peer{{{socket_, events, 0}}};
  return wait_for_one(peer, deadline);
}

bool Connection::server_stops() const {
  std::array<pollfd, 1> stop{{{stop_, POLLIN, 0}}};
  return wait_for_one(stop, Clock::now());
}

bool Connection::fill(Clock::time_point& deadline) {
  for (;;) {
    if (!wait_for(POLLIN, deadline)) {
      failure_ = server_stops() ? ReadFailure::server_stops : ReadFailure::too_slow;
      return false;
    }
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got > 0) {
      begin_ = 0;
      end_ = static_cast<std::size_t>(got);
      return true;
    }
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) return false;
  }
}

ssize_t Connection::read(char* into, std::size_t size) {
  if (failure_ != ReadFailure::none) return -1;
  if (begin_ == end_ && !fill(deadline_)) return failure_ == ReadFailure::none ? 0 : -1;
  const std::size_t count = std::min(size, end_ - begin_);
  if (part_ == Part::head && (head_bytes_ += count) > limits_.head_bytes_max) {
    failure_ = ReadFailure::head_too_large;
    return -1;
  }
  if (part_ == Part::body) {
    if (count > body_bytes_left_) {
      failure_ = ReadFailure::body_too_large;
      return -1;
    }
    body_bytes_left_ -= count;
  }
  std::memcpy(into, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::send_all(const char* from, std::size_t size) {
  auto deadline = Clock::now() + limits_.write_timeout;
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = ::send(socket_, from + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      if (!wait_for(POLLOUT, deadline)) return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return static_cast<ssize_t>(sent);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  if (take_) return static_cast<ssize_t>(size);
  return failure_ == ReadFailure::none ? send_all(from, size) : -1;
}

void Connection::write_raw(const std::string& reply) {
  send_all(reply.data(), reply.size());
}

void Connection::linger() {
  ::shutdown(socket_, SHUT_WR);
  auto deadline = Clock::now() + kLingerTime;
  for (std::size_t discarded = 0; discarded < kLingerBytes;) {
    if (!wait_for(POLLIN, deadline)) return;
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return;
    if (got > 0) discarded += static_cast<std::size_t>(got);
    if (Clock::now() >= deadline) return;
  }
}

bool Connection::is_readable() const {
  auto deadline = deadline_;
  return begin_ != end_ || wait_for(POLLIN, deadline);
}

bool Connection::is_writable() const {
  auto deadline = Clock::now() + limits_.write_timeout;
  return failure_ == ReadFailure::none && wait_for(POLLOUT, deadline);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ask_address(&::getpeername, socket_, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ask_address(&::getsockname, socket_, ip, port);
}

}  // namespace sessioncore::server
