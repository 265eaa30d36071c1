#include "fake_service.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <websocketpp/config/asio.hpp>
#include <websocketpp/server.hpp>

namespace sessioncore::elevenlabs::testing {

namespace asio = websocketpp::lib::asio;
using websocketpp::lib::error_code;

namespace {

using Handle = websocketpp::connection_hdl;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr long kNeverMs = 600'000;

struct Record {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> frames;
  std::vector<std::string> requests;
  std::vector<std::string> heads;
  std::vector<std::string> server_names;
  std::vector<int> closes;
  std::size_t pings = 0;

  template <class Change>
  void note(Change&& change) {
    const std::lock_guard<std::mutex> lock(mutex);
    change();
    changed.notify_all();
  }
  template <class Condition>
  bool wait(Condition&& condition) {
    std::unique_lock<std::mutex> lock(mutex);
    return changed.wait_for(lock, kPatience, condition);
  }
};

/// With time for a client whose TLS handshake a busy machine makes slow.
template <class Base>
struct Patient : Base {
  using type = Patient;
  struct transport_config : Base::transport_config {  // NOLINT: the library's name
    static const long timeout_socket_pre_init = kNeverMs;
    static const long timeout_socket_post_init = kNeverMs;
  };
  using transport_type = websocketpp::transport::asio::endpoint<transport_config>;
};
using Plain = Patient<websocketpp::config::asio>;
using Tls = Patient<websocketpp::config::asio_tls>;

}  // namespace

class FakeService::Server {
 public:
  explicit Server(FakePlan the_plan) : plan(std::move(the_plan)) {}
  virtual ~Server() = default;
  virtual void start() = 0;
  virtual void stop() = 0;
  virtual void each(std::function<void(const Handle&)> action) = 0;
  virtual void send(const Handle& client, const std::string& text, bool binary) = 0;
  virtual void write(const Handle& client, const std::string& bytes) = 0;
  virtual void close(const Handle& client, int code, const std::string& reason) = 0;
  virtual void ping(const Handle& client) = 0;
  virtual void cut(const Handle& client) = 0;
  virtual void cut_when_written(const Handle& client) = 0;
  virtual void cut_unanswered() = 0;

  const FakePlan plan;
  Record record;
  int port = 0;
};

namespace {

template <class Config>
class ServerOn final : public FakeService::Server {
 public:
  using FakeService::Server::Server;
  using Endpoint = websocketpp::server<Config>;

  void start() override {
    endpoint_.clear_access_channels(websocketpp::log::alevel::all);
    endpoint_.clear_error_channels(websocketpp::log::elevel::all);
    endpoint_.init_asio(&context_);
    endpoint_.set_reuse_addr(true);
    endpoint_.set_open_handshake_timeout(kNeverMs);  // a slow client is not what is tested
    set_up_tls();
    endpoint_.set_validate_handler([this](const Handle& client) { return validate(client); });
    endpoint_.set_http_handler([this](const Handle& client) { http(client); });
    endpoint_.set_open_handler([this](const Handle& client) { opened(client); });
    endpoint_.set_close_handler([this](const Handle& client) { closed(client); });
    endpoint_.set_message_handler([this](const Handle&, const typename Endpoint::message_ptr& message) {
      record.note([&] { record.frames.push_back(message->get_payload()); });
    });
    endpoint_.set_ping_handler([this](const Handle&, const std::string&) {
      record.note([&] { ++record.pings; });
      return true;
    });
    endpoint_.listen(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    endpoint_.start_accept();
    asio::error_code ignored;
    port = endpoint_.get_local_endpoint(ignored).port();
    thread_ = std::thread([this] {
      while (!context_.stopped()) {
        try {
          context_.run();
        } catch (const std::exception&) {
          continue;  // the client did something unexpected to one connection; the others go on
        }
      }
    });
  }
  void stop() override {
    asio::post(context_, [this] {
      error_code ignored;
      endpoint_.stop_listening(ignored);
      for (const auto& client : clients_) cut(client);
      context_.stop();
    });
    thread_.join();
  }
  void each(std::function<void(const Handle&)> action) override {
    asio::post(context_, [this, action = std::move(action)] {
      const auto clients = clients_;
      for (const auto& client : clients) action(client);
    });
  }
  void send(const Handle& client, const std::string& text, bool binary) override {
    error_code ignored;
    endpoint_.send(client, text, binary ? websocketpp::frame::opcode::binary : websocketpp::frame::opcode::text,
                   ignored);
  }
  void write(const Handle& client, const std::string& bytes) override {
    asio::error_code ignored;
    asio::write(endpoint_.get_con_from_hdl(client)->get_socket(), asio::buffer(bytes), ignored);
  }
  void close(const Handle& client, int code, const std::string& reason) override {
    error_code ignored;
    endpoint_.close(client, static_cast<websocketpp::close::status::value>(code), reason, ignored);
  }
  void ping(const Handle& client) override {
    error_code ignored;
    endpoint_.ping(client, "x", ignored);
  }
  void cut(const Handle& client) override {
    error_code failed;
    asio::error_code ignored;
    const auto connection = endpoint_.get_con_from_hdl(client, failed);
    if (!connection) return;
    connection->get_raw_socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    connection->get_raw_socket().close(ignored);
  }
  /// What was sent before is written by a task of its own.
  void cut_when_written(const Handle& client) override {
    error_code failed;
    const auto connection = endpoint_.get_con_from_hdl(client, failed);
    if (!connection) return;
    if (connection->get_buffered_amount() == 0) return cut(client);
    asio::post(context_, [this, client] { cut_when_written(client); });
  }
  void cut_unanswered() override {
    asio::post(context_, [this] {
      for (const auto& connection : unanswered_) cut(connection->get_handle());
      unanswered_.clear();
    });
  }

 private:
  void set_up_tls() {
    if constexpr (std::is_same_v<Config, Tls>) {
      auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
      tls->use_certificate_chain_file(plan.certificate_file);
      tls->use_private_key_file(plan.key_file, asio::ssl::context::pem);
      endpoint_.set_tls_init_handler([tls](const Handle&) { return tls; });
    }
  }
  template <class Connection>
  void note_request(const Connection& connection) {
    const auto& request = connection->get_request();
    const auto line = request.get_method() + " " + request.get_uri() + "|" + request.get_header("xi-api-key") + "|" +
                      request.get_header("Sec-WebSocket-Protocol");
    const auto name = server_name(connection);
    record.note([&] {
      record.requests.push_back(line);
      record.heads.push_back(request.raw());
      record.server_names.push_back(name);
    });
  }
  template <class Connection>
  static std::string server_name(const Connection& connection) {
    const char* name = nullptr;
    if constexpr (std::is_same_v<Config, Tls>) {
      name = SSL_get_servername(connection->get_socket().native_handle(), TLSEXT_NAMETYPE_host_name);
    }
    return name == nullptr ? "" : name;
  }
  void http(const Handle& client) {
    const auto connection = endpoint_.get_con_from_hdl(client);
    note_request(connection);
    if (plan.never_answers_http) {
      connection->defer_http_response();
      unanswered_.push_back(connection);
      return;
    }
    const auto scheme = std::is_same_v<Config, Tls> ? "wss://" : "ws://";
    const auto host = connection->get_request_header("Host");
    const auto usual = std::string("{\"signed_url\":\"") + scheme + host + "/talk?sig=1\"}";
    connection->set_status(static_cast<websocketpp::http::status_code::value>(plan.signed_url_status));
    if (!plan.signed_url_location.empty()) connection->append_header("Location", plan.signed_url_location);
    connection->append_header("Connection", "close");
    connection->set_body(plan.signed_url_body.empty() ? usual : plan.signed_url_body);
  }
  bool validate(const Handle& client) {
    const auto connection = endpoint_.get_con_from_hdl(client);
    note_request(connection);
    if (plan.handshake_status != 101) {
      connection->set_status(static_cast<websocketpp::http::status_code::value>(plan.handshake_status));
      return false;
    }
    const auto& offered = connection->get_requested_subprotocols();
    if (plan.echo_subprotocol && !offered.empty()) connection->select_subprotocol(offered.front());
    if (!plan.foreign_subprotocol.empty()) {
      connection->replace_header("Sec-WebSocket-Protocol", plan.foreign_subprotocol);
    }
    if (!plan.extension_header.empty()) connection->append_header("Sec-WebSocket-Extensions", plan.extension_header);
    return true;
  }
  void opened(const Handle& client) {
    clients_.insert(client);
    if (plan.deaf) {
      deaf_.push_back(endpoint_.get_con_from_hdl(client));
      deaf_.back()->pause_reading();
    }
    if (!plan.send_metadata) return;
    send(
        client,
        R"({"type":"conversation_initiation_metadata","conversation_initiation_metadata_event":{"conversation_id":"conv"}})",
        false);
  }
  void closed(const Handle& client) {
    clients_.erase(client);
    const int code = endpoint_.get_con_from_hdl(client)->get_remote_close_code();
    record.note([&] { record.closes.push_back(code); });
  }

  asio::io_context context_;
  Endpoint endpoint_;
  std::set<Handle, std::owner_less<Handle>> clients_;
  // A connection lives only as long as something waits for it.
  std::vector<typename Endpoint::connection_ptr> deaf_;
  std::vector<typename Endpoint::connection_ptr> unanswered_;
  std::thread thread_;
};

}  // namespace

FakeService::FakeService(FakePlan plan) {
  if (plan.certificate_file.empty()) {
    server_ = std::make_unique<ServerOn<Plain>>(std::move(plan));
  } else {
    server_ = std::make_unique<ServerOn<Tls>>(std::move(plan));
  }
  server_->start();
}

FakeService::~FakeService() {
  server_->stop();
}

int FakeService::port() const {
  return server_->port;
}

std::string FakeService::base_url(const std::string& host) const {
  return (server_->plan.certificate_file.empty() ? "http://" : "https://") + host + ":" + std::to_string(server_->port);
}

void FakeService::send(const std::string& text) {
  server_->each([server = server_.get(), text](const Handle& client) { server->send(client, text, false); });
}
void FakeService::send_binary(const std::string& bytes) {
  server_->each([server = server_.get(), bytes](const Handle& client) { server->send(client, bytes, true); });
}
void FakeService::send_bytes(const std::string& bytes) {
  server_->each([server = server_.get(), bytes](const Handle& client) { server->write(client, bytes); });
}
void FakeService::close(int code, const std::string& reason) {
  server_->each([server = server_.get(), code, reason](const Handle& client) { server->close(client, code, reason); });
}
void FakeService::ping() {
  server_->each([server = server_.get()](const Handle& client) { server->ping(client); });
}

void FakeService::cut() {
  server_->each([server = server_.get()](const Handle& client) { server->cut_when_written(client); });
}
void FakeService::cut_unanswered() {
  server_->cut_unanswered();
}

bool FakeService::saw_frames(std::size_t count) {
  auto& record = server_->record;
  return record.wait([&] { return record.frames.size() >= count; });
}
bool FakeService::saw_requests(std::size_t count) {
  auto& record = server_->record;
  return record.wait([&] { return record.requests.size() >= count; });
}
bool FakeService::saw_closes(std::size_t count) {
  auto& record = server_->record;
  return record.wait([&] { return record.closes.size() >= count; });
}
bool FakeService::saw_pings(std::size_t count) {
  auto& record = server_->record;
  return record.wait([&] { return record.pings >= count; });
}
std::vector<std::string> FakeService::frames() {
  const std::lock_guard<std::mutex> lock(server_->record.mutex);
  return server_->record.frames;
}
std::vector<std::string> FakeService::requests() {
  const std::lock_guard<std::mutex> lock(server_->record.mutex);
  return server_->record.requests;
}
std::vector<std::string> FakeService::heads() {
  const std::lock_guard<std::mutex> lock(server_->record.mutex);
  return server_->record.heads;
}
std::vector<std::string> FakeService::server_names() {
  const std::lock_guard<std::mutex> lock(server_->record.mutex);
  return server_->record.server_names;
}
std::vector<int> FakeService::closes() {
  const std::lock_guard<std::mutex> lock(server_->record.mutex);
  return server_->record.closes;
}

}  // namespace sessioncore::elevenlabs::testing
