/// A forward proxy to the services of this machine: `CONNECT`, and plain requests in their absolute form.
#pragma once

#include "tcp_stub.hpp"

#include <cstdlib>
#include <mutex>
#include <string>

namespace sessioncore::elevenlabs::testing {

class ForwardProxy {
 public:
  ForwardProxy() : stub_([this](TcpStub& stub, int client) { serve(stub, client); }) {}

  /// `credentials` as in "user:password@".
  [[nodiscard]] std::string url(const std::string& credentials = "") const {
    return "http://" + credentials + "127.0.0.1:" + std::to_string(stub_.port());
  }
  [[nodiscard]] int accepted() const { return stub_.accepted(); }
  /// The heads of all requests so far, as they came.
  [[nodiscard]] std::string heads() {
    const std::lock_guard lock(mutex_);
    return heads_;
  }

 private:
  void serve(TcpStub& stub, int client) {
    auto head = stub.read_head(client);
    if (head.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      heads_ += head;
    }
    const bool tunnel = head.rfind("CONNECT ", 0) == 0;
    const auto authority = tunnel ? head.find(' ') + 1 : head.find("http://") + 7;
    const auto end = head.find_first_of(tunnel ? " " : "/", authority);
    const int service = TcpStub::dial(std::atoi(head.c_str() + head.find(':', authority) + 1));
    if (tunnel) {
      TcpStub::write(client, "HTTP/1.1 200 Connection established\r\n\r\n");
    } else {
      TcpStub::write(service, head.erase(authority - 7, end - authority + 7));
    }
    stub.relay(client, service);
    ::close(service);
  }

  std::mutex mutex_;
  std::string heads_;
  TcpStub stub_;  // last: its threads use the others
};

}  // namespace sessioncore::elevenlabs::testing
