// Ends exchanges that take too long in total. The HTTP library's own timeouts start anew with each byte, so that a
// dripping answer would hold a worker for ever. Internal to the transport.
#pragma once

#include "http_client.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace sessioncore::unipile::transport {

// Why nobody waits for an exchange any more; null as long as somebody does.
using Unwanted = std::function<const char*()>;

class AttemptWatch {
 public:
  AttemptWatch();
  ~AttemptWatch();
  AttemptWatch(const AttemptWatch&) = delete;
  AttemptWatch& operator=(const AttemptWatch&) = delete;

  // `perform` that ends after `limit` at the latest, and at a `look` that finds it unwanted.
  [[nodiscard]] Exchange perform(HttpClient& client, const HttpRequest& request, std::chrono::milliseconds limit,
                                 Unwanted unwanted = {});
  // Asks of each exchange under way, and of each that begins, whether it is wanted. Waits for none of them.
  void look();
  // Ends all exchanges under way. Does not wait for them.
  void cut_off_all(const char* why);

 private:
  using SteadyClock = std::chrono::steady_clock;
  struct Attempt {
    SteadyClock::time_point cut_at;
    const char* why;
    Unwanted unwanted;  // perhaps empty
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<HttpClient*, Attempt> attempts_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace sessioncore::unipile::transport
