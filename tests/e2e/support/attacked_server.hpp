/// The server's HTTP class with one route, and raw bytes against it. Thread rule: one thread.
#pragma once

#include "http/server.hpp"
#include "kept_port.hpp"
#include "support/raw_client.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace e2e {

/// Longer than any answer takes that comes at all, also on a machine that has much else to do.
inline constexpr std::chrono::seconds kLong(30);
/// A request that must not be taken for one: it stands in a body, or behind one that was refused.
inline const std::string kSmuggled = "GET /small HTTP/1.1\r\n\r\n";

/// Gives up no client: what is not about slow ones must not depend on how fast they are.
inline sessioncore::server::HttpOptions patient() {
  sessioncore::server::HttpOptions options;
  options.connection.head_timeout = 2 * kLong;
  options.connection.body_timeout = 2 * kLong;
  return options;
}

/// For what is about slow clients: they are given up soon.
inline sessioncore::server::HttpOptions impatient(sessioncore::server::HttpOptions options) {
  options.connection.head_timeout = std::chrono::milliseconds(600);
  options.connection.body_timeout = std::chrono::milliseconds(600);
  return options;
}

inline long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") {
      long kib = 0;
      status >> kib;
      return kib;
    }
  }
  return 0;
}

/// Add routes, then `start()`. What their handlers use must live longer than this.
class AttackedServer {
 public:
  explicit AttackedServer(const sessioncore::server::HttpOptions& options) : server(options) {
    server.Get("/small",
               [](const httplib::Request&, httplib::Response& out) { out.set_content("abcd", "text/plain"); });
  }
  ~AttackedServer() {
    server.stop();
    if (thread_.joinable()) thread_.join();
  }
  AttackedServer(const AttackedServer&) = delete;
  AttackedServer& operator=(const AttackedServer&) = delete;

  void start() {
    port = server.bind("127.0.0.1", kept_.number());
    thread_ = std::thread([this] { server.run(); });
  }
  /// All that comes back until the server closes the connection.
  [[nodiscard]] std::string ask(const std::string& bytes) const {
    RawClient client(port);
    client.send(bytes);
    return client.read_all(kLong);
  }
  /// The server still answers.
  [[nodiscard]] bool alive() const {
    return statuses(ask("GET /small HTTP/1.1\r\nConnection: close\r\n\r\n")) == "200";
  }

  sessioncore::server::HttpServer server;
  int port = -1;

 private:
  const sessioncore::story::KeptPort kept_;  // nobody else answers there when the server has stopped
  std::thread thread_;
};

}  // namespace e2e
