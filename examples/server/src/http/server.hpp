/// The HTTP server: the library's parser and router behind limits of our own.
///
/// It accepts by itself, because the library's loop ends on the first failed `accept` and has a backlog of 5, and gives
/// each connection to a bounded pool of threads. Handlers may throw `HttpError`; anything else they throw is a 500 that
/// tells the client nothing. Order: construct, add routes, `bind`, `run` (blocks), `stop` from another thread.
#pragma once

#include "http/bounded_body.hpp"
#include "http/connection.hpp"
#include "http/guard.hpp"
#include "http/request_report.hpp"
#include "http/route_name.hpp"
#include "http/worker_pool.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <httplib.h>

namespace sessioncore::server {

/// May throw `HttpError`.
using Admit = std::function<void(const httplib::Request&)>;

struct HttpOptions {
  std::uint32_t connections_max = 256;
  std::uint32_t waiting_max = 256;
  std::uint64_t body_bytes_max = 1024ULL * 1024;
  ConnectionLimits connection;
  /// Sees the head of every request; what it throws refuses the request. May be empty.
  Admit gate;
  /// Told of each request after its reply, in the thread that served it. Must not throw.
  std::function<void(const RequestReport&)> on_answered;
};

/// What is different about a route that takes posts.
struct PostOptions {
  Admit admit;                  ///< sees the head; what it throws refuses the request before its body is read
  std::uint64_t bytes_max = 0;  ///< of a body that may be larger than others; 0: as everywhere
};

class HttpServer final : private httplib::Server {
 public:
  explicit HttpServer(const HttpOptions& options);
  ~HttpServer() override;

  // A path is a template such as "/chats/{chatId}"; what stands for a name is in `request.matches`, in order.
  // Requests are reported under the template.
  void Get(const std::string& path, Handler handler);
  // The body stands in `request.body`, also if it came in chunks. Then the connection ends after the reply: what
  // follows is not to be trusted. Nor is a chunked body known to be whole: the library takes a chunk that is longer
  // than it says for the last one. A signature over the body tells.
  void Post(const std::string& path, Handler handler);
  /// The path has no names.
  void Post(const std::string& path, PostOptions options, Handler handler);
  void Put(const std::string& path, Handler handler);
  void Delete(const std::string& path, Handler handler);
  /// What was added, in order.
  [[nodiscard]] const std::vector<RouteName>& routes() const { return routes_; }

  /// Returns the port, also when asked for any (0); -1 if the address cannot be had.
  [[nodiscard]] int bind(const std::string& host, int port);
  /// Serves until `stop`, then finishes the requests that have come; what is still on its way gets `stop_patience`.
  void run();
  /// May be called from any thread, more than once.
  void stop();

 private:
  /// Remembers the route; the pattern that the library matches.
  std::string add(const char* method, const std::string& path);
  /// Reads the body, then does what `handler` says.
  [[nodiscard]] HandlerWithContentReader reading(const std::string& path, Handler handler, std::uint64_t bytes_max = 0);
  void install_handlers();
  void report(const std::string& method, int status, const std::string& discarded = {}) const;
  /// What is wrong with the head; empty: the body may come.
  [[nodiscard]] std::optional<HttpError> refusal_by_head(const httplib::Request& request) const;
  /// What is different about the route that is asked for; null: nothing.
  [[nodiscard]] const std::pair<const std::string, PostOptions>* post_of(const httplib::Request& request) const;
  [[nodiscard]] BodyRule rule_of(const httplib::Request& request) const;
  /// What a body may take on the wire.
  [[nodiscard]] std::uint64_t wire_bytes_max(const httplib::Request& request) const;
  void accept_one();
  void serve(int socket);
  /// One request. False: the connection has to end.
  bool serve_request(Connection& connection, bool last);

  const HttpOptions options_;
  std::vector<RouteName> routes_;
  WorkerPool workers_;
  std::map<std::string, PostOptions> posts_;  ///< by path, where something is different
  BodyBudget large_budget_;
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  int wake_ = -1;  ///< readable from `stop` on
};

}  // namespace sessioncore::server
