#include "http_client.hpp"

#include "../../shared/cuttable_socket.hpp"
#include "../../shared/http_address.hpp"
#include "../../shared/sigpipe_guard.hpp"
#include "header_value.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace sessioncore::unipile::transport {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kProxyAuthentication = 407;  // never the service's answer

// Before the request went out: nothing can have been sent. Everything else may have reached the service; a failed write
// too, because the library does not tell how much of it had left.
bool is_before_request(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
    case httplib::Error::BindIPAddress:
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: return true;
    default: return false;
  }
}

const char* note_before_request(httplib::Error error) {
  switch (error) {
    case httplib::Error::ConnectionTimeout: return "connecting took too long";
    case httplib::Error::SSLConnection: return "TLS handshake failed";
    case httplib::Error::SSLLoadingCerts: return "the trusted certificates cannot be loaded";
    case httplib::Error::SSLServerVerification: return "the server's certificate is not accepted";
    default: return "cannot connect";
  }
}

// Visible ASCII that starts with a slash: nothing that could end the request line.
bool is_path(std::string_view path) {
  return !path.empty() && path.front() == '/' &&
         std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Whether an answer that the library gives up is all there: version 0.11 takes a trailer field behind the last chunk
// for a broken connection. JSON tells its end itself.
bool is_whole(std::string_view answer) {
  return nlohmann::json::accept(answer);
}

// Of options that did not pass `check` nothing is asked, but a client must be made all the same.
std::string base_url_of(const ClientOptions& options) {
  const auto address = adapters::parse_http_address(options.base_url);
  return address ? adapters::to_url(*address) : "http://invalid";
}

}  // namespace

class HttpClient::Impl {
 public:
  explicit Impl(const ClientOptions& options) : options_(options), client_(base_url_of(options)) {
    client_.set_connection_timeout(options.connect_timeout);
    client_.set_read_timeout(options.read_timeout);
    client_.set_write_timeout(options.write_timeout);
    client_.set_tcp_nodelay(true);
    client_.set_follow_location(false);  // a redirect would carry the key to another host
    client_.set_decompress(false);       // a small answer must not become a large one
    client_.set_url_encode(false);       // paths come encoded
    client_.set_keep_alive(false);       // channel.hpp says why
    client_.set_socket_options([this](socket_t socket) { socket_.keep(socket); });
    if (!options.ca_file.empty()) client_.set_ca_cert_path(options.ca_file);
    if (!options.proxy.empty()) use_proxy();
  }

  Exchange perform(const HttpRequest& request) {
    if (!is_path(request.path)) return not_allowed("path: holds characters that a path must not hold");
    if (!is_header_value(options_.api_key)) return not_allowed("api_key: holds control characters");
    if (!is_header_value(request.content_type)) return not_allowed("content type: holds control characters");
    const adapters::SigpipeGuard no_signal;
    cut_off_why_ = nullptr;
    answer_.clear();
    answer_too_big_ = false;
    auto outgoing = to_library(request);
    httplib::Response response;
    auto error = httplib::Error::Success;
    const auto begun = SteadyClock::now();
    const bool complete = client_.send(outgoing, response, error);
    socket_.release();
    return read_result(complete, response.status, error, SteadyClock::now() - begun);
  }

  void cut_off(const char* why) {
    cut_off_why_ = why;
    socket_.cut();
  }

 private:
  void use_proxy() {
    const auto proxy = adapters::parse_http_proxy(options_.proxy).value_or({});
    client_.set_proxy(proxy.host, proxy.port);
    if (!proxy.user.empty()) client_.set_proxy_basic_auth(proxy.user, proxy.password);
  }

  // The library adds the proxy's password to the request inside of the tunnel, too, unless the header is there.
  [[nodiscard]] bool goes_through_tunnel() const {
    return !options_.proxy.empty() && options_.base_url.starts_with("https");
  }

  httplib::Request to_library(const HttpRequest& request) {
    httplib::Request outgoing;
    outgoing.method = request.method;
    outgoing.path = request.path;
    outgoing.headers = {{"X-API-KEY", options_.api_key}, {"Accept", "application/json"}};
    if (!request.content_type.empty()) outgoing.headers.emplace("Content-Type", request.content_type);
    if (goes_through_tunnel()) outgoing.headers.emplace("Proxy-Authorization", "");
    outgoing.body = request.body;
    outgoing.response_handler = [this](const httplib::Response& response) { return fits(response); };
    outgoing.content_receiver = [this](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      answer_too_big_ = answer_.size() + size > options_.answer_bytes_max;
      if (!answer_too_big_) answer_.append(data, size);
      return !answer_too_big_;
    };
    return outgoing;
  }

  // Does not wait for an answer that announces to be too long.
  bool fits(const httplib::Response& response) {
    const auto text = response.get_header_value("Content-Length");
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    answer_too_big_ = error == std::errc::result_out_of_range || length > options_.answer_bytes_max;
    return !answer_too_big_;
  }

  Exchange read_result(bool complete, int status, httplib::Error error, SteadyClock::duration took) {
    Exchange exchange;
    exchange.status = status > 0 ? status : 0;
    if (exchange.status == kProxyAuthentication && !options_.proxy.empty()) {
      return not_sent("the proxy refuses the credentials");
    }
    if (complete || is_whole(answer_)) {
      exchange.body = std::move(answer_);
    } else if (answer_too_big_) {
      exchange.end = Exchange::End::answer_too_big;
      exchange.note = "the answer is longer than " + std::to_string(options_.answer_bytes_max) + " bytes";
    } else if (exchange.status == 0 && is_before_request(error)) {
      exchange.end = Exchange::End::not_sent;
      const char* why = cut_off_why_;
      exchange.note = why != nullptr ? why : note_before_request(error);
    } else {
      exchange.end = Exchange::End::interrupted;
      exchange.note = note_after_request(took);
    }
    return exchange;
  }

  // The library reports a silent peer and a closed connection alike; the time tells them apart.
  [[nodiscard]] const char* note_after_request(SteadyClock::duration took) const {
    if (const char* why = cut_off_why_) return why;
    return took >= options_.read_timeout ? "no answer in time" : "the connection was lost before the answer";
  }

  ClientOptions options_;
  adapters::CuttableSocket socket_;
  httplib::Client client_;
  std::string answer_;
  bool answer_too_big_ = false;
  std::atomic<const char*> cut_off_why_{nullptr};
};

HttpClient::HttpClient(const ClientOptions& options) : impl_(std::make_unique<Impl>(options)) {}
HttpClient::~HttpClient() = default;
Exchange HttpClient::perform(const HttpRequest& request) {
  return impl_->perform(request);
}
void HttpClient::cut_off(const char* why) {
  impl_->cut_off(why);
}

}  // namespace sessioncore::unipile::transport
