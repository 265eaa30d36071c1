/// The HTTP server: the library's parser and router behind limits of our own.
///
/// It accepts by itself, because the library's loop ends on the first failed `accept` and has a backlog of 5, and gives
/// each connection to a bounded pool of threads. Handlers may throw `HttpError`; anything else they throw is a 500 that
/// tells the client nothing. Order: construct, add routes, `bind`, `run` (blocks), `stop` from another thread.
#pragma once

#include "http/connection.hpp"
#include "http/guard.hpp"
#include "http/large_body.hpp"
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

/// A route for bodies that are larger than others, or come in chunks.
struct LargeBodyRoute {
  std::string path;
  std::uint64_t bytes_max = 0;
  Admit admit;  ///< sees the head only; what it throws refuses the request before its body is read
  std::function<void(const httplib::Request&, const std::string& body, httplib::Response&)> handle;
};

class HttpServer final : private httplib::Server {
 public:
  explicit HttpServer(const HttpOptions& options);
  ~HttpServer() override;

  // A path is a template such as "/chats/{chatId}"; what stands for a name is in `request.matches`, in order.
  // Requests are reported under the template.
  void Get(const std::string& path, Handler handler);
  void Post(const std::string& path, Handler handler);
  /// `admit` sees the head only; what it throws refuses the request before its body is read. The path has no names.
  void Post(const std::string& path, Admit admit, Handler handler);
  void Put(const std::string& path, Handler handler);
  void Delete(const std::string& path, Handler handler);
  /// What was added, in order.
  [[nodiscard]] const std::vector<RouteName>& routes() const { return routes_; }

  /// The connection ends after a chunked body: what follows it is not to be trusted. Nor is the body known to be whole:
  /// the library takes a chunk that is longer than it says for the last one. A signature over the body tells.
  void post_large(const LargeBodyRoute& route);

  /// Returns the port, also when asked for any (0); -1 if the address cannot be had.
  [[nodiscard]] int bind(const std::string& host, int port);
  /// Serves until `stop`, then finishes the requests that are being served.
  void run();
  /// May be called from any thread, more than once.
  void stop();

 private:
  /// Remembers the route; the pattern that the library matches.
  std::string add(const char* method, const std::string& path);
  void install_handlers();
  void report(const std::string& method, int status, const std::string& discarded = {}) const;
  /// What is wrong with the head; empty: the body may come.
  [[nodiscard]] std::optional<HttpError> refusal_by_head(const httplib::Request& request) const;
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
  std::map<std::string, std::uint64_t> large_;  ///< bytes at most, by path
  BodyBudget large_budget_;
  std::map<std::string, Admit> admits_;  ///< of posts, by path
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  int wake_ = -1;
};

}  // namespace sessioncore::server
