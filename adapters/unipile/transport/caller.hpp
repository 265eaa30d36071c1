// One request at a time to the service, bounded in time, its answer as a body or an error. Internal to the transport.
#pragma once

#include "http_client.hpp"
#include "watched.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include <sessioncore/result.hpp>

namespace sessioncore::unipile::transport {

// Thread rule: any thread; calls wait for each other.
class Caller {
 public:
  explicit Caller(ClientOptions options);

  // The body of a 2xx answer. Errors as accounts.hpp says.
  [[nodiscard]] Result<std::string> ask(const HttpRequest& request);
  // What `read` makes of that body. That we cannot read an answer is not our caller's mistake: it is unusable now.
  template <class Read>
  [[nodiscard]] auto ask(const HttpRequest& request, Read read) -> decltype(read(std::string_view())) {
    const auto body = ask(request);
    if (!body) return body.error();
    auto value = read(*body);
    if (!value) return Error{ErrorCode::unavailable, "unreadable answer: " + value.error().detail};
    return value;
  }
  // Ends the call under way; later ones fail with `shutting_down`.
  void stop();

 private:
  const ClientOptions options_;
  const Result<void> checked_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  HttpClient client_;
  adapters::ExchangeWatch watch_;
};

}  // namespace sessioncore::unipile::transport
