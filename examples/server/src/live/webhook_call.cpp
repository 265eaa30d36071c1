#include "live/webhook_call.hpp"

#include "live/received_bytes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fcntl.h>
#include <httplib.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::server {

namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{16} * 1024;         // of its body; nobody reads it
constexpr std::uint64_t kReceivedBytesMax = std::uint64_t{512} * 1024;  // of everything
constexpr Duration kConnectMax = std::chrono::seconds(5);
constexpr std::int64_t kRetryAfterMaxSeconds = 3600;  // what a receiver asks for holds back all of its tenant

/// Only the form that counts seconds; a date depends on the receiver's clock.
std::optional<Duration> retry_after_of(const httplib::Response& response) {
  const std::string text = response.get_header_value("Retry-After");
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kRetryAfterMaxSeconds));
}

bool is_about_connecting(httplib::Error error) {
  return error != httplib::Error::Read && error != httplib::Error::Write;
}

std::string in_words(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection: return "cannot connect";
    case httplib::Error::ConnectionTimeout: return "connecting took too long";
    case httplib::Error::SSLConnection: return "TLS handshake failed";
    case httplib::Error::SSLLoadingCerts: return "the trusted certificates cannot be loaded";
    case httplib::Error::SSLServerVerification: return "the receiver's certificate is not accepted";
    default: return "no answer came";
  }
}

}  // namespace

WebhookCall::~WebhookCall() {
  if (socket_ >= 0) ::close(socket_);
}

void WebhookCall::keep(int socket) {
  const int own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = own;
}

WebhookAnswer WebhookCall::perform() {
  WebhookAnswer answer;
  httplib::Client client(request_.url.host);
  client.set_connection_timeout(std::min(request_.timeout, kConnectMax));
  client.set_read_timeout(request_.timeout);
  client.set_write_timeout(request_.timeout);
  client.set_tcp_nodelay(true);
  client.set_follow_location(false);
  client.set_decompress(false);
  client.set_url_encode(false);
  client.set_keep_alive(false);
  client.set_socket_options([this](socket_t socket) { keep(socket); });

  httplib::Request outgoing;
  outgoing.method = "POST";
  outgoing.path = request_.url.path;
  outgoing.headers = {{"Content-Type", "application/json"},
                      {"User-Agent", "sessiond/" SESSIOND_VERSION},
                      {"X-Sessiond-Delivery", request_.id},
                      {"X-Sessiond-Signature", request_.signature}};
  outgoing.body = request_.body;
  // The status is the answer. What follows it is taken in small, for receivers that do not like to be cut off.
  // Once a body was cut off, the library would name another one.
  outgoing.response_handler = [&](const httplib::Response& head) {
    answer.status = head.status;
    return true;
  };
  std::size_t received = 0;
  outgoing.content_receiver = [&](const char*, std::size_t size, std::uint64_t, std::uint64_t) {
    received += size;
    return received <= kAnswerBytesMax;
  };
  httplib::Response response;
  auto error = httplib::Error::Success;
  const auto began = std::chrono::steady_clock::now();
  (void)client.send(outgoing, response, error);
  if (answer.status == 0) answer.status = std::max(response.status, 0);  // a 204 comes without the handler
  answer.retry_after = retry_after_of(response);
  const bool late = cut_ || std::chrono::steady_clock::now() - began >= request_.timeout;
  if (answer.status == 0) answer.problem = late && !is_about_connecting(error) ? "no answer in time" : in_words(error);
  return answer;
}

void WebhookCall::look_after() {
  {
    const std::lock_guard lock(mutex_);
    if (socket_ < 0 || received_bytes(socket_) <= kReceivedBytesMax) return;
  }
  cut_off();
}

void WebhookCall::cut_off() {
  cut_ = true;
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

std::string signature_of(const std::string& secret, std::int64_t unix_seconds, const std::string& body) {
  const std::string signed_text = std::to_string(unix_seconds) + "." + body;
  const auto bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  crypto_auth_hmacsha256_state state;
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(signed_text), signed_text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::array<char, 2 * crypto_auth_hmacsha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), mac.data(), mac.size());
  return "t=" + std::to_string(unix_seconds) + ",v1=" + hex.data();
}

}  // namespace sessioncore::server
