#include "http/server.hpp"

#include "http/reply.hpp"
#include "log.hpp"

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::server {

namespace {

constexpr int kBacklog = 1024;
constexpr std::uint32_t kRequestsPerConnection = 100'000;
constexpr int kNoDescriptorPauseMs = 20;
constexpr std::uint64_t kLargeBodiesAtOnce = 4;        // of full size, in memory
constexpr std::uint64_t kChunkFraming = 64ULL * 1024;  // beside as much framing as there is content

void wait_readable(int first, int second, int timeout_ms) {
  pollfd descriptors[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
  ::poll(descriptors, second < 0 ? 1 : 2, timeout_ms);
}

/// The request that this thread serves. The library does not tell which of its routes it took.
struct Served {
  const std::string* route = nullptr;
  std::chrono::steady_clock::time_point began;
};
thread_local Served served_now;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

httplib::Server::Handler named(const std::string& path, httplib::Server::Handler handler) {
  return [path, handler = std::move(handler)](const httplib::Request& request, httplib::Response& response) {
    served_now.route = &path;
    handler(request, response);
  };
}

void log_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log::error("http.handler_failed", {{"what", error.what()}});
  } catch (...) {
    log::error("http.handler_failed", {{"what", "unknown"}});
  }
}

void answer_failure(httplib::Response& response, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const HttpError& error) {
    reply_error(response, error);
  } catch (...) {
    log_failure(failure);
    reply_error(response, HttpError(500, "internal", "the server failed to answer; see its log"));
  }
}

HttpError refusal_of(ReadFailure failure) {
  switch (failure) {
    case ReadFailure::head_too_large: return {431, "head_too_large", "request line and headers are too long"};
    case ReadFailure::body_too_large: return error_of_status(413);
    case ReadFailure::server_stops: return unavailable("the server is stopping");
    case ReadFailure::too_slow: return {408, "timeout", "the request took too long to arrive"};
    case ReadFailure::none: break;
  }
  return error_of_status(500);
}

void end_connection(httplib::Response& response) {
  if (!response.has_header("Connection")) response.set_header("Connection", "close");
  if (Connection* connection = Connection::current()) connection->close_after_reply();
}

}  // namespace

HttpServer::HttpServer(const HttpOptions& options)
    : options_(options), workers_(options.connections_max, options.waiting_max), wake_(::eventfd(0, EFD_CLOEXEC)) {
  install_handlers();
}

HttpServer::~HttpServer() {
  stop();
  workers_.stop();
  if (listener_ >= 0) ::close(listener_);
  if (wake_ >= 0) ::close(wake_);
  svr_sock_ = INVALID_SOCKET;
}

std::string HttpServer::add(const char* method, const std::string& path) {
  routes_.push_back({method, path});
  return pattern_of(path);
}

void HttpServer::Get(const std::string& path, Handler handler) {
  httplib::Server::Get(add("GET", path), named(path, std::move(handler)));
}

void HttpServer::Post(const std::string& path, Handler handler) {
  httplib::Server::Post(add("POST", path), reading(path, std::move(handler)));
}

void HttpServer::Post(const std::string& path, PostOptions options, Handler handler) {
  const std::uint64_t bytes_max = options.bytes_max;
  posts_[path] = std::move(options);
  large_budget_.allow(bytes_max * kLargeBodiesAtOnce);
  // The library knows one limit only; the guard has applied the route's by the time it looks.
  set_payload_max_length(std::max(payload_max_length_, static_cast<std::size_t>(bytes_max)));
  httplib::Server::Post(add("POST", path), reading(path, std::move(handler), bytes_max));
}

void HttpServer::Put(const std::string& path, Handler handler) {
  httplib::Server::Put(add("PUT", path), reading(path, std::move(handler)));
}

void HttpServer::Delete(const std::string& path, Handler handler) {
  httplib::Server::Delete(add("DELETE", path), named(path, std::move(handler)));
}

httplib::Server::HandlerWithContentReader HttpServer::reading(const std::string& path, Handler handler,
                                                              std::uint64_t bytes_max) {
  return [this, path, handler = std::move(handler), bytes_max](
             const httplib::Request& head, httplib::Response& response, const httplib::ContentReader& reader) {
    served_now.route = &path;
    // Only what is larger than elsewhere has a budget, so that nobody can use up the room of all others.
    BoundedBody body(bytes_max > 0 ? bytes_max : options_.body_bytes_max, bytes_max > 0 ? &large_budget_ : nullptr);
    httplib::Request request = head;
    try {
      request.body = body.read(reader);
    } catch (...) {
      end_connection(response);  // what is left of the body must not be read as a request
      throw;
    }
    handler(request, response);
  };
}

void HttpServer::install_handlers() {
  // Two processes on one port would share it silently with the library's choice of SO_REUSEPORT.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  set_payload_max_length(options_.body_bytes_max);
  set_keep_alive_max_count(kRequestsPerConnection);
  set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(options_.connection.keep_alive).count());
  const auto guard = [this](const httplib::Request& request, httplib::Response& response) {
    const auto refusal = refusal_by_head(request);
    if (refusal) reply_error(response, *refusal);
    if (refusal || is_chunked(request)) end_connection(response);
    return refusal.has_value();
  };
  set_pre_routing_handler([guard](const httplib::Request& request, httplib::Response& response) {
    return guard(request, response) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
  });
  // Without this, "100 Continue" would invite the very body that is about to be refused.
  set_expect_100_continue_handler([guard](const httplib::Request& request, httplib::Response& response) {
    return guard(request, response) ? response.status : 100;
  });
  set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr& failure) {
    answer_failure(response, failure);
  });
  set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty()) reply_error(response, error_of_status(response.status));
  });
  set_logger([this](const httplib::Request& request, const httplib::Response& response) {
    report(request.method, response.status, response.get_header_value("X-Discarded"));
    if (!log::enabled(log::Level::debug)) return;
    log::debug("http.request",
               {{"method", request.method}, {"path", request.path}, {"status", std::to_string(response.status)}});
  });
}

void HttpServer::report(const std::string& method, int status, const std::string& discarded) const {
  if (!options_.on_answered) return;
  RequestReport report{method, {}, status, discarded, std::chrono::steady_clock::now() - served_now.began};
  if (served_now.route != nullptr) report.route = *served_now.route;
  options_.on_answered(report);
}

std::optional<HttpError> HttpServer::refusal_by_head(const httplib::Request& request) const {
  if (auto refusal = refusal_of(request, rule_of(request))) return refusal;
  const auto* post = post_of(request);
  try {
    if (post != nullptr) served_now.route = &post->first;  // should it be refused
    if (options_.gate) options_.gate(request);
    if (post != nullptr && post->second.admit) post->second.admit(request);
    return std::nullopt;
  } catch (const HttpError& refusal) {
    return refusal;
  }
}

const std::pair<const std::string, PostOptions>* HttpServer::post_of(const httplib::Request& request) const {
  const auto found = request.method == "POST" ? posts_.find(request.path) : posts_.end();
  return found == posts_.end() ? nullptr : &*found;
}

BodyRule HttpServer::rule_of(const httplib::Request& request) const {
  const auto* post = post_of(request);
  const bool large = post != nullptr && post->second.bytes_max > 0;
  return {large ? post->second.bytes_max : options_.body_bytes_max,
          request.method == "POST" || request.method == "PUT"};
}

std::uint64_t HttpServer::wire_bytes_max(const httplib::Request& request) const {
  // What has a length is bounded by it.
  if (!is_chunked(request)) return UINT64_MAX;
  return 2 * rule_of(request).bytes_max + kChunkFraming;
}

int HttpServer::bind(const std::string& host, int port) {
  const int bound = port == 0 ? bind_to_any_port(host) : (bind_to_port(host, port) ? port : -1);
  if (bound < 0) return -1;
  listener_ = svr_sock_;
  return ::listen(listener_, kBacklog) == 0 ? bound : -1;
}

void HttpServer::run() {
  while (!stopping_) {
    wait_readable(wake_, listener_, -1);
    if (!stopping_) accept_one();
  }
  // Closing the listener first tells new clients at once that nobody is here any more.
  svr_sock_ = INVALID_SOCKET;
  ::close(listener_);
  listener_ = -1;
  workers_.stop();
}

void HttpServer::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void HttpServer::accept_one() {
  const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (socket < 0) {
    const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (exhausted) wait_readable(wake_, -1, kNoDescriptorPauseMs);
    return;  // anything else concerns the one connection that is already gone
  }
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (workers_.submit([this, socket] { serve(socket); })) return;
  static const std::string kFull = raw_reply(unavailable("too many connections"));
  ::send(socket, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_WR);
  ::close(socket);
}

void HttpServer::serve(int socket) {
  Connection connection(socket, options_.connection, wake_);
  std::uint32_t served = 0;
  const auto give_up = [&](std::chrono::milliseconds idle) {
    return stopping_.load() || (idle >= options_.connection.idle_under_pressure && workers_.pressed());
  };
  try {
    while (connection.wait_for_request(give_up)) {
      // Saying so in the reply, while others wait, is kinder than closing when the next request may be on its way.
      const bool last = ++served >= kRequestsPerConnection || stopping_ || workers_.pressed();
      const bool goes_on = serve_request(connection, last);
      if (connection.leave()) return;
      if (goes_on && !last) continue;
      // A refused body may still be on its way: closing now would destroy the refusal before it is read.
      if (connection.closing()) connection.linger();
      break;
    }
  } catch (...) {
    log_failure(std::current_exception());
  }
}

bool HttpServer::serve_request(Connection& connection, bool last) {
  bool closed = false;
  connection.begin_head();
  served_now = {nullptr, std::chrono::steady_clock::now()};
  const bool replied = process_request(connection, last, closed, [&](httplib::Request& request) {
    served_now.began = std::chrono::steady_clock::now();
    normalise_head(request);
    connection.begin_body(wire_bytes_max(request));
  });
  if (connection.failure() != ReadFailure::none) {
    const HttpError refusal = refusal_of(connection.failure());
    report({}, refusal.status);
    connection.close_after_reply();
    connection.write_raw(raw_reply(refusal));
    return false;
  }
  // After a head that could not be read nobody knows where the next request begins.
  if (!connection.head_complete()) connection.close_after_reply();
  return replied && !closed && !connection.closing();
}

}  // namespace sessioncore::server
