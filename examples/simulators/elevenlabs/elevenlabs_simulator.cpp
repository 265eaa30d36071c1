// The transport: one websocketpp server on one thread; everything from outside is posted to that thread.

#include "elevenlabs_simulator.hpp"

#include "agent_stage.hpp"
#include "frames.hpp"
#include "option_fields.hpp"

#include <future>
#include <stdexcept>
#include <thread>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

namespace sessioncore::simulators {

namespace asio = websocketpp::lib::asio;

namespace {

using Endpoint = websocketpp::server<websocketpp::config::asio>;
using Handle = websocketpp::connection_hdl;

constexpr std::size_t kMaxMessageBytes = 16U << 20U;
constexpr int kListenBacklog = 1024;
constexpr long kSlowestClientMs = 60'000;

// One client's socket as the conversation sees it.
class SocketWire : public Wire {
 public:
  SocketWire(Endpoint& endpoint, Handle handle) : endpoint_(endpoint), handle_(std::move(handle)) {}

  void send(const std::string& text) override {
    websocketpp::lib::error_code ignored;
    endpoint_.send(handle_, text, websocketpp::frame::opcode::text, ignored);
  }
  void close(int code, const std::string& reason) override {
    planned_close = code;
    websocketpp::lib::error_code ignored;
    endpoint_.close(handle_, static_cast<websocketpp::close::status::value>(code), reason.substr(0, 120), ignored);
  }
  void reset() override {
    planned_close = 1006;
    websocketpp::lib::error_code ignored;
    const auto connection = endpoint_.get_con_from_hdl(handle_, ignored);
    if (!connection) return;
    auto& socket = connection->get_raw_socket();
    boost::system::error_code failed;
    socket.set_option(asio::socket_base::linger(true, 0), failed);  // close sends RST
    socket.close(failed);
  }
  void after(std::int64_t delay_ms, std::function<void()> action) override {
    const auto run = [action = std::move(action)](const websocketpp::lib::error_code& failed) {
      if (!failed) action();
    };
    endpoint_.set_timer(static_cast<long>(delay_ms), run);
  }

  int planned_close = 0;  // not 0: we ended it

 private:
  Endpoint& endpoint_;
  Handle handle_;
};

struct Client {
  std::unique_ptr<SocketWire> wire;
  std::shared_ptr<Conversation> conversation;  // empty: refused at the door
};

}  // namespace

class ElevenLabsSimulator::Server {
 public:
  explicit Server(Config config) : stage_(std::move(config)) {}
  ~Server() { stop(); }

  void start();
  void stop();
  Reply control(const HttpRequest& request);
  int port() const { return port_; }
  const Config& config() const { return stage_.config; }

 private:
  bool validate(const Handle& handle);
  void open(const Handle& handle);
  void message(const Handle& handle, const std::string& text);
  void closed(const Handle& handle);
  void http(const Handle& handle);
  void shut_down();

  AgentStage stage_;
  asio::io_context context_;  // outlives the endpoint, whose acceptor lives in it
  Endpoint endpoint_;
  std::thread thread_;
  std::map<Handle, Client, std::owner_less<Handle>> clients_;
  std::map<Handle, Admission, std::owner_less<Handle>> admitted_;
  int port_ = 0;
  bool running_ = false;
};

void ElevenLabsSimulator::Server::start() {
  endpoint_.clear_access_channels(websocketpp::log::alevel::all);
  endpoint_.clear_error_channels(websocketpp::log::elevel::all);
  endpoint_.init_asio(&context_);
  endpoint_.set_reuse_addr(true);
  endpoint_.set_listen_backlog(kListenBacklog);
  endpoint_.set_open_handshake_timeout(kSlowestClientMs);
  endpoint_.set_max_message_size(kMaxMessageBytes);
  endpoint_.set_tcp_post_init_handler([this](const Handle& handle) {
    websocketpp::lib::error_code failed;
    boost::system::error_code ignored;
    const auto connection = endpoint_.get_con_from_hdl(handle, failed);
    if (connection) connection->get_raw_socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  });
  endpoint_.set_validate_handler([this](const Handle& handle) { return validate(handle); });
  endpoint_.set_open_handler([this](const Handle& handle) { open(handle); });
  endpoint_.set_close_handler([this](const Handle& handle) { closed(handle); });
  endpoint_.set_fail_handler([this](const Handle& handle) { admitted_.erase(handle); });
  endpoint_.set_http_handler([this](const Handle& handle) { http(handle); });
  endpoint_.set_message_handler([this](const Handle& handle, const Endpoint::message_ptr& frame) {
    if (frame->get_opcode() == websocketpp::frame::opcode::text) message(handle, frame->get_payload());
  });
  websocketpp::lib::error_code failed;
  endpoint_.listen(stage_.config.host, std::to_string(stage_.config.port), failed);
  if (failed) throw std::runtime_error("cannot listen on port " + std::to_string(stage_.config.port));
  endpoint_.start_accept(failed);
  boost::system::error_code ignored;
  port_ = endpoint_.get_local_endpoint(ignored).port();
  running_ = true;
  thread_ = std::thread([this] {
    while (true) {
      try {
        endpoint_.run();
        return;
      } catch (const std::exception&) {
        // A handler threw: the others go on.
      }
    }
  });
}

void ElevenLabsSimulator::Server::shut_down() {
  websocketpp::lib::error_code ignored;
  endpoint_.stop_listening(ignored);
  for (auto& [handle, client] : clients_) client.wire->reset();
  context_.stop();
}

void ElevenLabsSimulator::Server::stop() {
  if (!running_) return;
  running_ = false;
  asio::post(context_, [this] { shut_down(); });
  thread_.join();
}

ElevenLabsSimulator::Reply ElevenLabsSimulator::Server::control(const HttpRequest& request) {
  HttpReply reply;
  if (!running_) {
    reply = answer_control_api(stage_, request);
  } else {
    std::packaged_task<HttpReply()> task([&] { return answer_control_api(stage_, request); });
    auto done = task.get_future();
    asio::post(context_, [&task] { task(); });
    reply = done.get();
  }
  return {reply.status, std::move(reply.body)};
}

bool ElevenLabsSimulator::Server::validate(const Handle& handle) {
  const auto connection = endpoint_.get_con_from_hdl(handle);
  std::string path;
  std::map<std::string, std::string> query;
  split_target(connection->get_resource(), path, query);
  if (path != "/v1/convai/conversation") {
    connection->set_status(websocketpp::http::status_code::not_found);
    return false;
  }
  auto admission = stage_.admit(query);
  if (admission.http_status != 0) {
    connection->set_status(static_cast<websocketpp::http::status_code::value>(admission.http_status));
    connection->set_body(admission.message);
    return false;
  }
  for (const auto& offered : connection->get_requested_subprotocols()) {
    if (offered != "convai") continue;
    connection->select_subprotocol(offered);
    break;
  }
  admitted_[handle] = std::move(admission);
  return true;
}

void ElevenLabsSimulator::Server::open(const Handle& handle) {
  const auto connection = endpoint_.get_con_from_hdl(handle);
  const auto admission = admitted_[handle];
  admitted_.erase(handle);
  auto& client = clients_[handle];
  client.wire = std::make_unique<SocketWire>(endpoint_, handle);
  if (admission.close_code != 0) {
    client.wire->send(dump_json(frames::error(admission.close_code, admission.error_type, admission.message)));
    client.wire->close(admission.close_code, admission.message);
    return;
  }
  Conversation::Identity identity;
  identity.id = admission.conversation_id;
  identity.agent_id = admission.agent_id;
  identity.url = connection->get_resource();
  identity.subprotocol = connection->get_subprotocol();
  client.conversation = stage_.add(std::move(identity), *client.wire);
  client.conversation->on_open();
}

void ElevenLabsSimulator::Server::message(const Handle& handle, const std::string& text) {
  const auto client = clients_.find(handle);
  if (client == clients_.end() || !client->second.conversation) return;
  const auto conversation = client->second.conversation;
  conversation->on_frame(text);
}

void ElevenLabsSimulator::Server::closed(const Handle& handle) {
  const auto client = clients_.find(handle);
  if (client == clients_.end()) return;
  const auto connection = endpoint_.get_con_from_hdl(handle);
  const int planned = client->second.wire->planned_close;
  if (client->second.conversation) {
    const int code = planned != 0 ? planned : connection->get_remote_close_code();
    const auto reason = planned != 0 ? connection->get_local_close_reason() : connection->get_remote_close_reason();
    client->second.conversation->on_closed(code, reason, planned == 0);
  }
  clients_.erase(client);
}

void ElevenLabsSimulator::Server::http(const Handle& handle) {
  const auto connection = endpoint_.get_con_from_hdl(handle);
  const auto& raw = connection->get_request();
  HttpRequest request;
  request.method = raw.get_method();
  split_target(raw.get_uri(), request.path, request.query);
  request.api_key = raw.get_header("xi-api-key");
  request.has_api_key = !request.api_key.empty();
  request.host = raw.get_header("Host");
  if (request.host.empty()) request.host = "127.0.0.1:" + std::to_string(port_);
  request.body = raw.get_body();
  const bool control = request.path.rfind("/sim/", 0) == 0;
  const auto reply = control ? answer_control_api(stage_, request) : answer_provider_api(stage_, request);
  connection->set_status(static_cast<websocketpp::http::status_code::value>(reply.status));
  connection->append_header("Content-Type", "application/json");
  connection->append_header("Connection", "close");  // this server serves one request per connection
  connection->set_body(reply.body);
  if (reply.delay_ms == 0) return;
  if (connection->defer_http_response()) return;
  endpoint_.set_timer(static_cast<long>(reply.delay_ms), [connection](const websocketpp::lib::error_code& failed) {
    websocketpp::lib::error_code ignored;
    if (!failed) connection->send_http_response(ignored);
  });
}

ElevenLabsSimulator::ElevenLabsSimulator(Config config) : server_(std::make_unique<Server>(std::move(config))) {}
ElevenLabsSimulator::~ElevenLabsSimulator() = default;

void ElevenLabsSimulator::start() {
  server_->start();
}
void ElevenLabsSimulator::stop() {
  server_->stop();
}
int ElevenLabsSimulator::port() const {
  return server_->port();
}

std::string ElevenLabsSimulator::base_url() const {
  return "http://" + server_->config().host + ":" + std::to_string(server_->port());
}

ElevenLabsSimulator::Reply ElevenLabsSimulator::control(const std::string& method, const std::string& target,
                                                        const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.body = body;
  split_target(target, request.path, request.query);
  return server_->control(request);
}

void ElevenLabsSimulator::set_options(const std::string& json) {
  const auto reply = control("PUT", "/sim/options", json);
  if (reply.status != 200) throw std::invalid_argument(reply.body);
}

std::string ElevenLabsSimulator::conversations() {
  return control("GET", "/sim/conversations").body;
}

}  // namespace sessioncore::simulators
