/// A client of `GET /api/whatsapp/events`, over a socket of its own so that it can also misbehave.
#pragma once

#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <functional>
#include <string>
#include <vector>

namespace e2e {

struct ServerEvent {
  std::string id;
  std::string event;  ///< empty: a line with an id alone
  json data;
  [[nodiscard]] long number() const { return std::stol(id.substr(id.rfind('-') + 1)); }
};

class EventClient {
 public:
  /// `query` is such as "?types=chat".
  EventClient(int port, const std::string& token, const std::string& query = "", const std::string& last_id = "");

  /// Status line and headers; waits for them.
  [[nodiscard]] std::string head();
  /// Waits for the answer. True: the stream is open, and shows what happens from now on.
  [[nodiscard]] bool opened() { return head().find(" 200 ") != std::string::npos; }
  /// All events so far, without those that have no name; reads what there is.
  [[nodiscard]] std::vector<ServerEvent> events();
  [[nodiscard]] std::vector<ServerEvent> events_named(const std::string& name);
  /// Waits until there are so many of them.
  [[nodiscard]] bool wait_for(const std::string& name, std::size_t count);
  [[nodiscard]] std::string last_id();  ///< the latest id, also of a line with an id alone
  [[nodiscard]] std::string text();     ///< everything so far, as it came
  [[nodiscard]] RawClient& raw() { return raw_; }

 private:
  [[nodiscard]] std::vector<ServerEvent> blocks();
  RawClient raw_;
};

/// A bearer token of this user.
[[nodiscard]] std::string token_of(const ServerFixture& server, const std::string& email = "admin@clinic.example.com");

}  // namespace e2e
