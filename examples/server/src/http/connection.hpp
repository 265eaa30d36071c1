/// One accepted connection, as a stream the HTTP library reads requests from.
///
/// The library's own stream has no limit on the length of a request's head, none on the total time a peer may take,
/// and loses a second request that came in the same packet. This one has limits for all of it and keeps what it read.
/// Thread rule: one thread serves a connection from its start to its end.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <httplib.h>

namespace sessioncore::server {

struct ConnectionLimits {
  std::size_t head_bytes_max = 32ULL * 1024;
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds body_timeout{20'000};
  std::chrono::milliseconds write_timeout{10'000};
  std::chrono::milliseconds keep_alive{60'000};
  std::chrono::milliseconds idle_under_pressure{250};  ///< while others wait for a thread
  std::chrono::milliseconds stop_patience{500};  ///< for each part of it, and for the goodbye, once the server stops
};

/// What went wrong while a request was read; the reply the library would give to it is held back.
enum class ReadFailure { none, head_too_large, body_too_large, too_slow, server_stops };

class Connection final : public httplib::Stream {
 public:
  /// `stop` is a descriptor that becomes readable, and stays so, when the server stops. It must outlive the connection.
  Connection(int socket, const ConnectionLimits& limits, int stop);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The connection this thread is serving; null outside of `HttpServer::serve`.
  [[nodiscard]] static Connection* current();

  /// Waits for the first byte of a request. False: the peer left, nothing came in time, or `give_up`, which is told how
  /// long the connection has been idle, said so. What has come already is taken before anybody gives up.
  [[nodiscard]] bool wait_for_request(const std::function<bool(std::chrono::milliseconds idle)>& give_up);
  void begin_head();
  /// More than `bytes_max` bytes, framing included, are a failure: chunks can be nearly all framing.
  void begin_body(std::uint64_t bytes_max);
  [[nodiscard]] bool head_complete() const { return part_ == Part::body; }
  [[nodiscard]] ReadFailure failure() const { return failure_; }
  /// The rest of what the peer sends is not to be trusted: end the connection after the reply.
  void close_after_reply() { closing_ = true; }
  [[nodiscard]] bool closing() const { return closing_; }
  /// For a handler, as the last thing it does: once the request is served, `take` gets the socket and owns it, and the
  /// worker is free. Whatever the library writes until then goes nowhere, so whoever takes it sends the reply's head.
  void hand_over(std::function<void(int socket)> take) { take_ = std::move(take); }
  /// Does what `hand_over` asked for. False: nobody asked.
  [[nodiscard]] bool leave();
  /// Writes a whole reply past the library, also after a failure.
  void write_raw(const std::string& reply);
  /// Says goodbye so that the peer can still read the reply: stops sending, then throws away what still comes in, for
  /// a bounded time and amount.
  void linger();

  // httplib::Stream
  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* into, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  enum class Part { idle, head, body };
  using Clock = std::chrono::steady_clock;

  /// For the peer, who has little time left once the server stops: then the deadline comes closer.
  [[nodiscard]] bool wait_for(short events, Clock::time_point& deadline) const;
  [[nodiscard]] bool fill(Clock::time_point& deadline);
  [[nodiscard]] bool server_stops() const;
  ssize_t send_all(const char* from, std::size_t size);

  int socket_;  ///< -1 once it was handed over
  const ConnectionLimits& limits_;
  const int stop_;
  std::array<char, 16ULL * 1024> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Part part_ = Part::idle;
  std::size_t head_bytes_ = 0;
  std::uint64_t body_bytes_left_ = 0;
  Clock::time_point deadline_{};
  ReadFailure failure_ = ReadFailure::none;
  bool closing_ = false;
  std::function<void(int socket)> take_;
};

}  // namespace sessioncore::server
