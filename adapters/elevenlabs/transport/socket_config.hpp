/// The WebSocket library's compile-time configuration, for C++17 units only.
///
/// One thread touches everything, so there are neither locks nor strands; nothing is logged by the library, because it
/// would log the URL and with it the signature.
#pragma once

#include "transport/random_pool.hpp"

#include <websocketpp/client.hpp>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/asio_client.hpp>
#include <websocketpp/logger/stub.hpp>

namespace sessioncore::elevenlabs {

template <class SocketLayer>
struct SocketConfig : websocketpp::config::core_client {
  using type = SocketConfig;
  using concurrency_type = websocketpp::concurrency::none;
  using alog_type = websocketpp::log::stub;
  using elog_type = websocketpp::log::stub;
  using rng_type = RandomPool;

  struct transport_config : websocketpp::config::core_client::transport_config {  // NOLINT: the library's name
    using concurrency_type = websocketpp::concurrency::none;
    using alog_type = websocketpp::log::stub;
    using elog_type = websocketpp::log::stub;
    using request_type = websocketpp::config::core_client::request_type;
    using response_type = websocketpp::config::core_client::response_type;
    using socket_type = SocketLayer;
    static bool const enable_multithreading = false;
    // Longer than any sensible total, which is kept elsewhere: these only free what is left behind.
    static const long timeout_proxy = 60000;
    static const long timeout_socket_post_init = 60000;
    static const long timeout_dns_resolve = 60000;
    static const long timeout_connect = 60000;
    static const long timeout_socket_shutdown = 2000;
  };
  using transport_type = websocketpp::transport::asio::endpoint<transport_config>;

  static bool const enable_multithreading = false;
  static const size_t connection_read_buffer_size = 2048;  // kept by each idle connection
  static const size_t max_http_body_size = 16384;
};

using PlainClient = websocketpp::client<SocketConfig<websocketpp::transport::asio::basic_socket::endpoint>>;
using TlsClient = websocketpp::client<SocketConfig<websocketpp::transport::asio::tls_socket::endpoint>>;

}  // namespace sessioncore::elevenlabs
