#include "transport/socket_hub.hpp"

#include "transport/url.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/ssl/host_name_verification.hpp>

namespace sessioncore::elevenlabs {

namespace session = websocketpp::session;
using websocketpp::lib::error_code;

namespace {

constexpr int kAbnormalClose = 1006;
constexpr std::chrono::milliseconds kShortestTick{10};
constexpr std::chrono::milliseconds kLongestTick{500};

}  // namespace

// ---- setting up ------------------------------------------------------------------------------------------------

WebSockets::Hub::Hub(WebSocketOptions options)
    : options_(std::move(options)), work_(asio::make_work_guard(context_)), tick_(context_) {
  const auto shortest = std::min({options_.open_timeout, options_.close_timeout, options_.ping_interval,
                                  options_.pong_timeout, options_.stop_timeout, options_.tick_hint});
  tick_every_ = std::clamp(shortest / 4, kShortestTick, kLongestTick);
  set_up_tls();
  set_up(plain_);
  set_up(tls_);
  tls_.set_tls_init_handler([this](const websocketpp::connection_hdl&) { return tls_context_; });
  arm_tick();
  thread_ = std::thread([this] { run(); });
}

template <class Client>
void WebSockets::Hub::set_up(Client& client) {
  client.init_asio(&context_);
  client.set_user_agent(options_.user_agent);
  client.set_max_message_size(options_.max_message_bytes);
  client.set_close_handshake_timeout(static_cast<long>(options_.close_timeout.count()));
  client.set_open_handshake_timeout(static_cast<long>(options_.open_timeout.count()));
}

/// One context for all connections: one for each would cost a megabyte and 20 ms.
void WebSockets::Hub::set_up_tls() {
  using Context = asio::ssl::context;
  tls_context_ = std::make_shared<Context>(Context::tls_client);
  tls_context_->set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 | Context::no_tlsv1 |
                            Context::no_tlsv1_1);
  tls_context_->set_verify_mode(asio::ssl::verify_peer);
  tls_context_->set_default_verify_paths();
  if (options_.ca_file.empty()) return;
  asio::error_code failed;
  tls_context_->load_verify_file(options_.ca_file, failed);
  if (failed) throw std::runtime_error("ca_file cannot be read as certificates");
}

// ---- a connection's life -------------------------------------------------------------------------------------------

SocketId WebSockets::Hub::connect(const std::string& given, SocketHandler handler) {
  const auto id = ++last_id_;
  auto& connection = connections_[id];
  connection.handler = std::move(handler);
  connection.deadline = Clock::now() + options_.open_timeout;
  const auto url = with_path(given);
  const auto parts = split_url(url);
  const char* fault = websocket_url_fault(url, parts);
  error_code failed;
  if (fault == nullptr && parts.scheme == "wss") {
    connection.tls = dial(tls_, id, url, failed);
    if (!failed) verify_host(connection.tls, id, parts.host);
    if (!failed) tls_.connect(connection.tls);
  } else if (fault == nullptr) {
    connection.plain = dial(plain_, id, url, failed);
    if (!failed) plain_.connect(connection.plain);
  }
  if (failed) fault = "the connection could not be created";
  if (fault != nullptr) {
    // Later, so that the caller knows the id before it hears of the end.
    post([this, id, fault] { end(id, {false, kAbnormalClose, 0, fault}); });
  }
  return id;
}

template <class Client>
typename Client::connection_ptr WebSockets::Hub::dial(Client& client, SocketId id, const std::string& url,
                                                      error_code& failed) {
  using Pointer = typename Client::connection_ptr;
  using Message = typename Client::message_ptr;
  using Handle = websocketpp::connection_hdl;
  const Pointer connection = client.get_connection(url, failed);
  if (failed) return nullptr;
  if (!options_.subprotocol.empty()) connection->add_subprotocol(options_.subprotocol, failed);
  if (failed) return nullptr;
  if (!options_.proxy.host.empty()) apply_proxy(connection);
  // The handlers live in the connection: a plain pointer to it keeps no circle alive.
  auto* raw = connection.get();
  connection->set_tcp_pre_init_handler([this, id, raw](const Handle&) {
    asio::error_code ignored;
    auto* state = find(id);
    if (state != nullptr) state->stage = Stage::shaking_hands;
    if (state == nullptr) raw->get_raw_socket().close(ignored);  // given up while its name was being looked up
  });
  connection->set_tcp_post_init_handler([raw](const Handle&) {
    asio::error_code ignored;
    raw->get_raw_socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  });
  connection->set_open_handler([this, id, raw](const Handle&) { guarded([&] { on_open(id, raw); }); });
  connection->set_fail_handler([this, id, raw](const Handle&) { guarded([&] { on_lost(id, raw, false); }); });
  connection->set_close_handler([this, id, raw](const Handle&) { guarded([&] { on_lost(id, raw, true); }); });
  connection->set_ping_handler([this, id](const Handle&, const std::string&) {
    heard(id);
    return true;
  });
  connection->set_pong_handler([this, id](const Handle&, const std::string&) { heard(id); });
  connection->set_message_handler([this, id](const Handle&, const Message& message) {
    guarded([&] {
      heard(id);
      const auto* state = find(id);
      if (state == nullptr || state->stage != Stage::open) return;
      // Copies: a handler may end the connection it is called for.
      const auto handle_text = state->handler.text;
      const auto handle_binary = state->handler.binary;
      if (message->get_opcode() != websocketpp::frame::opcode::text) return handle_binary();
      handle_text(message->get_payload());
    });
  });
  return connection;
}

/// The library asks for the right certificate by name but accepts any: the name is checked here.
void WebSockets::Hub::verify_host(const TlsClient::connection_ptr& connection, SocketId id, const std::string& host) {
  const asio::ssl::host_name_verification is_for_host(host);
  connection->get_socket().set_verify_callback([this, id, is_for_host](bool trusted, asio::ssl::verify_context& chain) {
    const bool accepted = is_for_host(trusted, chain);
    auto* state = accepted ? nullptr : find(id);
    if (state != nullptr) {
      const auto error = X509_STORE_CTX_get_error(chain.native_handle());
      state->certificate_fault = trusted ? "the certificate is for another host" : X509_verify_cert_error_string(error);
    }
    return accepted;
  });
}

template <class Pointer>
void WebSockets::Hub::apply_proxy(const Pointer& connection) {
  const auto& proxy = options_.proxy;
  const bool is_ipv6 = proxy.host.find(':') != std::string::npos;
  const auto host = is_ipv6 ? "[" + proxy.host + "]" : proxy.host;
  connection->set_proxy("http://" + host + ":" + std::to_string(proxy.port));
  connection->set_proxy_timeout(static_cast<long>(options_.open_timeout.count()));
  if (!proxy.user.empty()) connection->set_proxy_basic_auth(proxy.user, proxy.password);
}

template <class Pointer>
void WebSockets::Hub::on_open(SocketId id, const Pointer& connection) {
  auto* state = find(id);
  if (state == nullptr || state->stage == Stage::left) return;
  if (connection->get_ec()) return;  // the library opens even what it has just failed for a bad extension header
  const auto chosen = connection->get_response_header("Sec-WebSocket-Protocol");
  if (!chosen.empty() && chosen != options_.subprotocol) {
    return end(id, {false, kAbnormalClose, 0, "the server chose a subprotocol that was not offered"});
  }
  state->stage = Stage::open;
  state->heard = Clock::now();
  const auto opened = state->handler.opened;
  opened();
}

template <class Pointer>
void WebSockets::Hub::on_lost(SocketId id, const Pointer& connection, bool opened) {
  const auto* state = find(id);
  if (state != nullptr) end(id, opened ? describe_close(connection) : describe_failure(connection, *state));
}

template <class Pointer>
SocketEnd WebSockets::Hub::describe_close(const Pointer& connection) const {
  namespace status = websocketpp::close::status;
  SocketEnd result;
  result.opened = true;
  result.code = connection->get_remote_close_code();
  const auto ours = connection->get_local_close_code();
  if (result.code != kAbnormalClose) {
    result.detail = "closed by the service";
  } else if (ours == status::message_too_big) {
    result.detail = "a message was longer than " + std::to_string(options_.max_message_bytes) + " bytes";
  } else if (ours == status::invalid_payload || ours == status::protocol_error) {
    result.detail = "the service broke the WebSocket protocol (" + connection->get_local_close_reason() + ")";
  } else {
    result.detail = "the connection was lost";
  }
  return result;
}

template <class Pointer>
SocketEnd WebSockets::Hub::describe_failure(const Pointer& connection, const Connection& state) {
  SocketEnd result;
  const int status = connection->get_response_code();
  if (!state.certificate_fault.empty()) {
    result.detail = "TLS handshake failed: " + state.certificate_fault;
  } else if (status != 0 && status != websocketpp::http::status_code::switching_protocols) {
    result.http_status = status;
    result.detail = "the handshake was answered with HTTP " + std::to_string(status);
  } else if (state.stage == Stage::reaching) {
    result.detail = "the host could not be reached";
  } else {
    result.detail = "the handshake failed (" + connection->get_ec().message() + ")";
  }
  return result;
}

/// Forgets the connection first: whatever the library still reports of it finds nothing.
void WebSockets::Hub::end(SocketId id, SocketEnd reason) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const auto connection = std::move(found->second);
  connections_.erase(found);
  drop(connection);
  if (connection.stage != Stage::left) guarded([&] { connection.handler.ended(reason); });
  if (stopping_ && connections_.empty()) finish_stop();
}

/// Ends without a closing handshake, and without leaving a pending operation that would go on alone.
void WebSockets::Hub::drop(const Connection& connection) {
  with(connection, [](auto& socket) {
    if (socket.get_state() == session::state::closed) return;
    socket.terminate(websocketpp::error::make_error_code(websocketpp::error::operation_canceled));
    asio::error_code ignored;
    socket.get_raw_socket().close(ignored);
  });
}

bool WebSockets::Hub::send(SocketId id, const std::string& text) {
  const auto* connection = find(id);
  if (connection == nullptr || connection->stage != Stage::open) return false;
  bool full = false;
  error_code failed;
  with(*connection, [&](auto& socket) {
    full = socket.get_buffered_amount() + text.size() > options_.max_buffered_bytes;
    if (!full) failed = socket.send(text, websocketpp::frame::opcode::text);
  });
  if (full) {
    const bool alone = text.size() > options_.max_buffered_bytes;
    end(id, {true, kAbnormalClose, 0,
             alone ? "our message of " + std::to_string(text.size()) + " bytes is longer than max_buffered_bytes"
                   : "the service does not read: the send queue is full"});
  }
  return !full && !failed;
}

void WebSockets::Hub::leave(SocketId id, int code, const std::string& reason) {
  auto* connection = find(id);
  if (connection == nullptr || connection->stage == Stage::left) return;
  const bool open = connection->stage == Stage::open;
  connection->stage = Stage::left;
  connection->handler = {};
  connection->deadline = Clock::now() + options_.close_timeout;
  error_code failed;
  if (open) {
    with(*connection,
         [&](auto& socket) { socket.close(static_cast<websocketpp::close::status::value>(code), reason, failed); });
  }
  if (!open) end(id, {});
}

Connection* WebSockets::Hub::find(SocketId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

void WebSockets::Hub::heard(SocketId id) {
  auto* connection = find(id);
  if (connection == nullptr) return;
  connection->heard = Clock::now();
  connection->awaiting_pong = false;
}

}  // namespace sessioncore::elevenlabs
