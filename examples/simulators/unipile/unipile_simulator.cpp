// The transport: one cpp-httplib server. Requests become ApiRequest values; what they mean is decided elsewhere.

#include "unipile_simulator.hpp"

#include "bridge.hpp"
#include "multipart.hpp"
#include "option_fields.hpp"
#include "phone_page.hpp"
#include "socket_cutter.hpp"

#include <stdexcept>
#include <thread>

#include <httplib.h>

namespace sessioncore::simulators {

namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kMaxBodyBytes = 64U << 20U;
constexpr time_t kSlowestClientSeconds = 60;
constexpr int kListenBacklog = 1024;

constexpr const char* kBodyType = "X-Body-Type";

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> list;
  std::size_t from = 0;
  while (from < path.size()) {
    const auto end = std::min(path.find('/', from), path.size());
    if (end > from) list.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return list;
}

ApiRequest converted(const httplib::Request& from, std::size_t prefix_segments) {
  ApiRequest request;
  request.method = from.method;
  request.path = segments(from.path);
  request.path.erase(request.path.begin(), request.path.begin() + static_cast<std::ptrdiff_t>(prefix_segments));
  request.query = {from.params.begin(), from.params.end()};
  request.api_key = from.get_header_value("X-API-KEY");
  request.has_api_key = from.has_header("X-API-KEY");
  request.content_type = from.get_header_value(kBodyType);
  request.body = from.body;
  if (request.content_type.rfind("multipart/form-data", 0) == 0) {
    if (auto parts = read_multipart(request.content_type, from.body)) {
      request.parts = std::move(*parts);
    } else {
      request.content_type = "malformed multipart/form-data";
    }
  }
  return request;
}

// Hides the content type from the library before it reads the body: it would refuse some correct multipart bodies, and
// parse or refuse form bodies by a limit of its own.
void hide_content_type(const httplib::Request& request) {
  auto& headers = const_cast<httplib::Request&>(request).headers;
  const auto type = request.get_header_value("Content-Type");
  headers.erase("Content-Type");
  headers.erase(kBodyType);
  if (!type.empty()) headers.emplace(kBodyType, type);
}

}  // namespace

class UnipileSimulator::Server {
 public:
  explicit Server(Config config) : bridge(std::move(config)) {}
  ~Server() { stop(); }

  void start();
  void stop();
  int port() const { return port_; }

  Bridge bridge;

 private:
  void serve(const httplib::Request& from, httplib::Response& to);
  bool bind();

  httplib::Server http_;
  socket_t listener_ = INVALID_SOCKET;
  std::thread thread_;
  int port_ = 0;
  bool running_ = false;
};

void UnipileSimulator::Server::serve(const httplib::Request& from, httplib::Response& to) {
  ApiReply reply;
  if (from.path.rfind("/sim/", 0) == 0) {
    reply = answer_control(bridge, converted(from, 1));
  } else if (from.path.rfind("/api/v1/", 0) == 0) {
    reply = answer_rest(bridge, converted(from, 2));
  } else if (from.path == "/" && from.method == "GET") {
    reply.body = kPhonePage;
    reply.content_type = "text/html; charset=utf-8";
  } else {
    reply.status = 404;
    reply.body = R"({"status":404,"type":"errors/resource_not_found","title":"Not found","detail":"No such route"})";
  }
  if (reply.drop_connection) cut_connection_from(port_, from.remote_port);
  to.status = reply.status;
  if (reply.retry_after > 0) to.set_header("Retry-After", std::to_string(reply.retry_after));
  to.set_content(reply.body, reply.content_type);
}

bool UnipileSimulator::Server::bind() {
  http_.set_socket_options([this](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    listener_ = socket;
  });
  const auto& config = bridge.config;
  port_ = config.port;
  const bool bound = config.port == 0 ? (port_ = http_.bind_to_any_port(config.host)) > 0
                                      : http_.bind_to_port(config.host, config.port);
  // The library has opened it for five that wait; one more would have to try again a second later.
  return bound && ::listen(listener_, kListenBacklog) == 0;
}

void UnipileSimulator::Server::start() {
  http_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  http_.set_tcp_nodelay(true);
  http_.set_keep_alive_max_count(1);  // a kept connection may end just as its client asks again
  http_.set_keep_alive_timeout(kSlowestClientSeconds);
  http_.set_read_timeout(kSlowestClientSeconds);
  http_.set_write_timeout(kSlowestClientSeconds);
  http_.set_payload_max_length(kMaxBodyBytes);
  http_.set_pre_routing_handler([](const httplib::Request& request, httplib::Response&) {
    hide_content_type(request);
    return httplib::Server::HandlerResponse::Unhandled;
  });
  const auto handler = [this](const httplib::Request& from, httplib::Response& to) { serve(from, to); };
  http_.Get(".*", handler);
  http_.Post(".*", handler);
  http_.Put(".*", handler);
  http_.Patch(".*", handler);
  http_.Delete(".*", handler);
  http_.set_exception_handler([](const httplib::Request&, httplib::Response& to, std::exception_ptr) {
    to.status = 500;
    to.set_content(R"({"status":500,"type":"errors/unexpected_error","title":"Unexpected error"})", "application/json");
  });
  if (!bind()) {
    throw std::runtime_error("cannot listen on " + bridge.config.host + ":" + std::to_string(bridge.config.port));
  }
  bridge.sender.start();
  thread_ = std::thread([this] { http_.listen_after_bind(); });
  while (!http_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  running_ = true;
}

void UnipileSimulator::Server::stop() {
  if (!running_) return;
  running_ = false;
  bridge.sender.stop();
  http_.stop();
  end_connections_on(port_);
  thread_.join();
}

UnipileSimulator::UnipileSimulator(Config config) : server_(std::make_unique<Server>(std::move(config))) {}
UnipileSimulator::~UnipileSimulator() = default;

void UnipileSimulator::start() {
  server_->start();
}
void UnipileSimulator::stop() {
  server_->stop();
}
int UnipileSimulator::port() const {
  return server_->port();
}

std::string UnipileSimulator::base_url() const {
  return "http://" + server_->bridge.config.host + ":" + std::to_string(server_->port());
}

UnipileSimulator::Reply UnipileSimulator::control(const std::string& method, const std::string& target,
                                                  const std::string& body) {
  ApiRequest request;
  request.method = method;
  request.path = segments(target);
  if (!request.path.empty() && request.path.front() == "sim") request.path.erase(request.path.begin());
  request.body = body;
  auto reply = answer_control(server_->bridge, request);
  return {reply.status, std::move(reply.body)};
}

void UnipileSimulator::set_options(const std::string& json) {
  const auto reply = control("PUT", "/sim/options", json);
  if (reply.status != 200) throw std::invalid_argument(reply.body);
}

void UnipileSimulator::add_webhook(const std::string& url) {
  const std::lock_guard lock(server_->bridge.mutex);
  server_->bridge.register_webhook_url(url);
}

}  // namespace sessioncore::simulators
