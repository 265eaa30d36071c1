/// The inside of WebSockets: every connection, and the one thread they live on. For C++17 units only.
#pragma once

#include "transport/socket_config.hpp"
#include "transport/web_sockets.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include <boost/asio/steady_timer.hpp>

namespace sessioncore::elevenlabs {

namespace asio = websocketpp::lib::asio;

struct Connection {
  using Clock = std::chrono::steady_clock;
  enum class Stage { reaching, shaking_hands, open, left };

  SocketHandler handler;
  PlainClient::connection_ptr plain;  // exactly one of the two
  TlsClient::connection_ptr tls;
  Stage stage = Stage::reaching;
  Clock::time_point deadline;  // of the opening, the answer to a ping, or the close
  Clock::time_point heard;     // the last sign of life
  bool awaiting_pong = false;
  std::string certificate_fault;
};

class WebSockets::Hub {
 public:
  explicit Hub(WebSocketOptions options);

  void post(std::function<void()> task);
  void stop();
  SocketId connect(const std::string& url, SocketHandler handler);
  bool send(SocketId id, const std::string& text);
  void leave(SocketId id, int code, const std::string& reason);

 private:
  using Clock = Connection::Clock;
  using Stage = Connection::Stage;
  template <class Client>
  void set_up(Client& client);
  void set_up_tls();
  template <class Client>
  typename Client::connection_ptr dial(Client& client, SocketId id, const std::string& url,
                                       websocketpp::lib::error_code& failed);
  void verify_host(const TlsClient::connection_ptr& connection, SocketId id, const std::string& host);
  template <class Pointer>
  void apply_proxy(const Pointer& connection);

  template <class Pointer>
  void on_open(SocketId id, const Pointer& connection);
  template <class Pointer>
  void on_lost(SocketId id, const Pointer& connection, bool opened);
  template <class Pointer>
  SocketEnd describe_close(const Pointer& connection) const;
  template <class Pointer>
  static SocketEnd describe_failure(const Pointer& connection, const Connection& state);
  void end(SocketId id, SocketEnd reason);
  template <class Action>
  static void with(const Connection& connection, Action&& action) {
    if (connection.plain) action(*connection.plain);
    if (connection.tls) action(*connection.tls);
  }
  static void drop(const Connection& connection);
  Connection* find(SocketId id);
  void heard(SocketId id);

  void arm_tick();
  void sweep();
  void keep_alive(Connection& connection, Clock::time_point now);
  void begin_stop();
  void finish_stop();
  void run();
  /// No exception of a callback may reach the library, which would give up the thread.
  template <class Action>
  void guarded(Action&& action) noexcept {
    try {
      action();
    } catch (const std::exception& caught) {
      if (options_.on_internal) options_.on_internal(caught.what());
    } catch (...) {
      if (options_.on_internal) options_.on_internal("unknown exception");
    }
  }

  const WebSocketOptions options_;
  asio::io_context context_;  // outlives the clients, whose sockets live in it
  std::shared_ptr<asio::ssl::context> tls_context_;
  PlainClient plain_;
  TlsClient tls_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer tick_;
  std::unordered_map<SocketId, Connection> connections_;
  SocketId last_id_ = 0;
  std::chrono::milliseconds tick_every_;
  Clock::time_point stop_deadline_;
  bool stopping_ = false;            // I/O thread
  std::atomic<bool> closed_{false};  // any thread: no task is taken any more
  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace sessioncore::elevenlabs
