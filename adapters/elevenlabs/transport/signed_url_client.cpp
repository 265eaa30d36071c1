#include "transport/signed_url_client.hpp"

#include "../../shared/sigpipe_guard.hpp"
#include "codec/classify.hpp"
#include "codec/decode.hpp"

#include <chrono>
#include <utility>

#include <httplib.h>
#include <openssl/x509_vfy.h>

namespace sessioncore::elevenlabs {

namespace {

constexpr std::size_t kLargestAnswer = 65536;
constexpr const char* kPath = "/v1/convai/conversation/get-signed-url";

/// The HTTP library takes the store over; it adds the system's certificates to it.
X509_STORE* store_with(const std::string& ca_file) {
  X509_STORE* store = X509_STORE_new();
  if (store != nullptr) X509_STORE_load_locations(store, ca_file.c_str(), nullptr);
  return store;
}

SignedUrl failure(LinkLoss loss, std::string detail) {
  return {std::nullopt, loss, "no signed URL: " + std::move(detail)};
}

}  // namespace

SignedUrls::Client::Client(const SignedUrlOptions& options)
    : api_key_(options.api_key),
      request_timeout_(options.request_timeout),
      tunnelled_(!options.proxy.host.empty() && options.base_url.rfind("https", 0) == 0),
      http_(std::make_unique<httplib::Client>(options.base_url)) {
  http_->set_connection_timeout(options.connect_timeout);
  http_->set_read_timeout(options.request_timeout);
  http_->set_write_timeout(options.request_timeout);
  http_->set_keep_alive(true);
  http_->set_tcp_nodelay(true);
  http_->set_follow_location(false);  // a redirect would carry the key to another host
  http_->set_decompress(false);
  http_->set_socket_options([this](socket_t socket) { socket_.keep(socket); });
  if (!options.ca_file.empty()) http_->set_ca_cert_store(store_with(options.ca_file));
  if (options.proxy.host.empty()) return;
  http_->set_proxy(options.proxy.host, options.proxy.port);
  if (!options.proxy.user.empty()) http_->set_proxy_basic_auth(options.proxy.user, options.proxy.password);
}

SignedUrls::Client::~Client() {
  const adapters::SigpipeGuard no_signal;  // a kept connection says goodbye, perhaps to nobody
  http_.reset();
}

SignedUrl SignedUrls::Client::fetch(const std::string& agent) {
  const adapters::SigpipeGuard no_signal;
  const auto deadline = std::chrono::steady_clock::now() + request_timeout_;
  httplib::Headers headers{{"xi-api-key", api_key_}, {"Accept", "application/json"}, {"Accept-Encoding", "identity"}};
  // The library adds the proxy's password to the request inside of the tunnel, too, unless the header is there.
  if (tunnelled_) headers.emplace("Proxy-Authorization", "");
  std::string body;
  int status = 0;
  bool too_large = false;
  const auto result = http_->Get(
      httplib::append_query_params(kPath, {{"agent_id", agent}}), headers,
      [&status](const httplib::Response& response) {
        status = response.status;
        return true;
      },
      [&](const char* data, std::size_t size) {
        too_large = body.size() + size > kLargestAnswer;
        if (too_large || std::chrono::steady_clock::now() > deadline) return false;
        body.append(data, size);
        return true;
      });
  if (!result) socket_.release();  // the library has closed it
  if (too_large) return failure(LinkLoss::failed, "the answer is too large");
  if (!result) return failure(LinkLoss::failed, httplib::to_string(result.error()));
  if (status != 200) {
    const auto told = decode_api_error(body);
    return failure(classify_signed_url_status(status),
                   "HTTP " + std::to_string(status) + (told.empty() ? "" : " (" + told + ")"));
  }
  std::string why;
  auto url = decode_signed_url(body, why);
  if (!url) return failure(LinkLoss::failed, why);
  return {std::move(url), LinkLoss::clean, ""};
}

void SignedUrls::Client::abort() {
  socket_.cut();
}

}  // namespace sessioncore::elevenlabs
