/// Ends what another thread is doing with a socket, at once. An HTTP library's own `stop` waits while the connection is
/// still being made, and whoever calls it waits with it. Thread rule: any thread.
#pragma once

#include <mutex>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::adapters {

class CuttableSocket {
 public:
  CuttableSocket() = default;
  ~CuttableSocket() { hold(-1); }
  CuttableSocket(const CuttableSocket&) = delete;
  CuttableSocket& operator=(const CuttableSocket&) = delete;

  /// A new socket, before it connects. It gets a second name of our own, which stays good when its user closes it.
  void keep(int socket) { hold(::fcntl(socket, F_DUPFD_CLOEXEC, 0)); }
  /// Its user has closed it.
  void release() { hold(-1); }
  /// Connecting, reading and writing fail from now on. Does not wait; does nothing without a socket.
  void cut() {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }

 private:
  void hold(int socket) {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::close(socket_);
    socket_ = socket;
  }

  std::mutex mutex_;
  int socket_ = -1;
};

}  // namespace sessioncore::adapters
