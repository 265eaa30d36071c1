// A small HTTP server for one test, on a free loopback port.
#pragma once

#include <ctime>
#include <string>
#include <thread>
#include <utility>

#include <httplib.h>

namespace sessioncore::unipile::tests {

constexpr time_t kSlowestClientSeconds = 60;  // a busy machine is not what is tested

template <class Server = httplib::Server>
class BasicHttpStand {
 public:
  template <class... Args>
  explicit BasicHttpStand(Args&&... args) : server(std::forward<Args>(args)...) {}
  ~BasicHttpStand() {
    if (!thread_.joinable()) return;
    server.stop();
    thread_.join();
  }
  BasicHttpStand(const BasicHttpStand&) = delete;
  BasicHttpStand& operator=(const BasicHttpStand&) = delete;

  // After the handlers are set.
  std::string start(const std::string& scheme = "http", const std::string& host = "127.0.0.1") {
    server.set_keep_alive_timeout(kSlowestClientSeconds);
    server.set_read_timeout(kSlowestClientSeconds);
    server.set_write_timeout(kSlowestClientSeconds);
    port_ = server.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
    return scheme + "://" + host + ":" + std::to_string(port_);
  }
  [[nodiscard]] int port() const { return port_; }

  Server server;

 private:
  int port_ = 0;
  std::thread thread_;
};
using HttpStand = BasicHttpStand<>;

}  // namespace sessioncore::unipile::tests
