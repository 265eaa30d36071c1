// One bounded HTTP exchange. Internal to the transport; the only header of the HTTP library is in http_client.cpp.
#pragma once

#include "sessioncore/unipile/options.hpp"
#include "sessioncore/unipile/rest.hpp"

#include <memory>
#include <string>
#include <utility>

namespace sessioncore::unipile::transport {

struct HttpRequest {
  const char* method = "GET";
  std::string path;  // with query, percent-encoded
  std::string content_type;
  std::string body;
};

// Exchanges that never began.
[[nodiscard]] inline Exchange not_allowed(std::string note) {
  return {Exchange::End::not_allowed, 0, {}, std::move(note)};
}
[[nodiscard]] inline Exchange not_sent(std::string note) {
  return {Exchange::End::not_sent, 0, {}, std::move(note)};
}

// Thread rule: one `perform` at a time; `cut_off` from any thread. Never throws for what the network does.
class HttpClient {
 public:
  // The options must have passed `check`.
  explicit HttpClient(const ClientOptions& options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // One attempt on a new connection. Redirects are not followed, answers not unpacked, `answer_bytes_max` not exceeded.
  [[nodiscard]] Exchange perform(const HttpRequest& request);
  // Ends the exchange under way; `why` becomes its note. Never waits, but a name that is being looked up is not ended.
  void cut_off(const char* why);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::unipile::transport
