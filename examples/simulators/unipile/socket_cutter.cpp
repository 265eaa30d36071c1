#include "socket_cutter.hpp"

#include <cstdlib>
#include <vector>

#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace sessioncore::simulators {

namespace {

int port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

int local_port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  return getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? port_of(address) : 0;
}

int remote_port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  return getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? port_of(address) : 0;
}

std::vector<int> open_descriptors() {
  std::vector<int> list;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return list;
  while (const dirent* entry = readdir(folder)) list.push_back(std::atoi(entry->d_name));
  closedir(folder);
  return list;
}

}  // namespace

void cut_connection_from(int local_port, int remote_port) {
  for (const int descriptor : open_descriptors()) {
    if (local_port_of(descriptor) != local_port || remote_port_of(descriptor) != remote_port) continue;
    const linger at_once{1, 0};  // the library's own close then sends a reset
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    shutdown(descriptor, SHUT_RDWR);
  }
}

void end_connections_on(int local_port) {
  for (const int descriptor : open_descriptors()) {
    if (local_port_of(descriptor) == local_port && remote_port_of(descriptor) != 0) shutdown(descriptor, SHUT_RDWR);
  }
}

}  // namespace sessioncore::simulators
