/// One HTTP client that asks for signed URLs. Thread rule: one thread at a time, except `abort`.
#pragma once

#include "../../shared/cuttable_socket.hpp"
#include "transport/signed_url.hpp"

#include <memory>
#include <string>

namespace httplib {
class Client;
}

namespace sessioncore::elevenlabs {

class SignedUrls::Client {
 public:
  explicit Client(const SignedUrlOptions& options);
  ~Client();
  [[nodiscard]] SignedUrl fetch(const std::string& agent);
  /// Ends the request under way, if any, with a failure. Any thread; never waits, but a name that is being looked up is
  /// not ended.
  void abort();

 private:
  const std::string api_key_;
  const std::chrono::milliseconds request_timeout_;
  const bool tunnelled_;
  adapters::CuttableSocket socket_;
  std::unique_ptr<httplib::Client> http_;
};

}  // namespace sessioncore::elevenlabs
