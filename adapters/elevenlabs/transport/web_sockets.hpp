/// WebSocket client connections on one I/O thread. Knows nothing of what the frames mean.
///
/// C++17 on purpose: the library behind it does not compile as C++20 everywhere, so this header is the border and
/// includes neither that library nor anything of the project.
/// Thread rule: `post` and `stop` may be called from any thread but the I/O thread's own `stop`; everything else, and
/// every callback, belongs to the I/O thread. What is posted to it runs in order.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sessioncore::elevenlabs {

using SocketId = std::uint64_t;  // never reused; 0 is none

struct Proxy {
  std::string host;  // empty: no proxy
  int port = 0;
  std::string user;  // empty: no authentication
  std::string password;
};

struct WebSocketOptions {
  std::string ca_file;  // trusted besides the system's certificates
  Proxy proxy;
  std::string user_agent;
  std::string subprotocol;
  std::chrono::milliseconds open_timeout{10000};   // name, TCP, TLS and handshake together
  std::chrono::milliseconds close_timeout{2000};   // for the peer's part of a close
  std::chrono::milliseconds ping_interval{30000};  // silence after which the peer is asked for a sign of life
  std::chrono::milliseconds pong_timeout{10000};
  std::chrono::milliseconds stop_timeout{1000};  // for closing everything in good order
  std::chrono::milliseconds tick_hint{30000};    // the shortest time that the owner measures with `tick`
  std::size_t max_message_bytes = std::size_t{1} << 20U;
  std::size_t max_buffered_bytes = std::size_t{1} << 20U;
  std::function<void()> tick;                           // a few times a second, for the owner's own timers
  std::function<void(const std::string&)> on_internal;  // an exception was contained; for the log
};

/// How a connection ended other than by `leave`.
struct SocketEnd {
  bool opened = false;  // the handshake had been completed
  int code = 1006;      // the peer's close code; 1006: there was none
  int http_status = 0;  // the answer to the handshake if it was not 101; 0: none came
  std::string detail;   // for people; holds nothing of the URL and nothing of any frame
};

struct SocketHandler {
  std::function<void()> opened;
  std::function<void(const std::string& text)> text;
  std::function<void()> binary;                     // a binary message came; its content is dropped
  std::function<void(const SocketEnd& end)> ended;  // the last call; there is exactly one unless left
};

class WebSockets {
 public:
  /// Starts the I/O thread. Throws std::runtime_error if the CA file cannot be used.
  explicit WebSockets(WebSocketOptions options);
  ~WebSockets();
  WebSockets(const WebSockets&) = delete;
  WebSockets& operator=(const WebSockets&) = delete;

  /// Runs `task` on the I/O thread; never runs it after `stop`.
  void post(std::function<void()> task);
  /// Closes every connection (1000), waits `stop_timeout` at most, ends the thread. No callback comes after it.
  void stop();

  /// `url` is used as it is, but for the "/" of an empty path. A URL that cannot be used ends at once, through `ended`
  /// like everything else.
  SocketId connect(const std::string& url, SocketHandler handler);
  /// False if the connection is not open. A full send queue ends the connection.
  bool send(SocketId id, const std::string& text);
  /// Closes in good order; no callback comes after it.
  void leave(SocketId id, int code, const std::string& reason);

 private:
  class Hub;
  std::unique_ptr<Hub> hub_;
};

}  // namespace sessioncore::elevenlabs
