#include "kept_port.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::story {

// Bound, and never listening: beside such a socket a server with SO_REUSEADDR can bind and listen as often as it likes.
KeptPort::KeptPort(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 || ::bind(socket_, plain, size) != 0 ||
      ::getsockname(socket_, plain, &size) != 0) {
    if (socket_ >= 0) ::close(socket_);
    throw std::runtime_error("no port for the server" + (port == 0 ? std::string() : ": " + std::to_string(port)));
  }
  number_ = ntohs(address.sin_port);
}

KeptPort::~KeptPort() {
  ::close(socket_);
}

}  // namespace sessioncore::story
