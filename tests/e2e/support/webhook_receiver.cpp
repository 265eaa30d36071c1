#include "support/webhook_receiver.hpp"

#include "kept_port.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <httplib.h>
#include <openssl/hmac.h>

namespace e2e {

struct WebhookReceiver::Impl {
  std::vector<Reply> replies;
  mutable std::mutex mutex;
  std::condition_variable stopped;
  std::vector<Received> received;
  bool stopping = false;
  sessioncore::story::KeptPort port;
  std::unique_ptr<httplib::Server> server;
  std::thread thread;

  void take(const httplib::Request& in, httplib::Response& out) {
    std::unique_lock lock(mutex);
    received.push_back({in.path, in.get_header_value("X-Sessiond-Delivery"),
                        in.get_header_value("X-Sessiond-Signature"), in.get_header_value("Content-Type"), in.body,
                        nlohmann::json::parse(in.body, nullptr, false), std::chrono::steady_clock::now()});
    const Reply reply = replies[std::min(received.size(), replies.size()) - 1];
    if (reply.silent) stopped.wait(lock, [this] { return stopping; });
    out.status = reply.status;
    if (reply.endless > 0) {
      out.set_chunked_content_provider("text/plain", [this, reply](std::size_t, httplib::DataSink& sink) {
        const std::string part(reply.endless, 'x');
        std::unique_lock waiting(mutex);
        if (stopped.wait_for(waiting, std::chrono::milliseconds(50), [this] { return stopping; })) return false;
        return sink.write(part.data(), part.size());
      });
    }
    if (reply.header.empty()) return;
    const auto colon = reply.header.find(": ");
    out.set_header(reply.header.substr(0, colon), reply.header.substr(colon + 2));
  }
};

WebhookReceiver::WebhookReceiver(std::vector<Reply> replies) : impl_(std::make_unique<Impl>()) {
  impl_->replies = std::move(replies);
  start();
}

WebhookReceiver::~WebhookReceiver() {
  stop();
}

void WebhookReceiver::start() {
  impl_->stopping = false;
  impl_->server = std::make_unique<httplib::Server>();
  impl_->server->new_task_queue = [] { return new httplib::ThreadPool(64); };  // the silent hold a thread each
  impl_->server->set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const auto take = [this](const httplib::Request& in, httplib::Response& out) { impl_->take(in, out); };
  impl_->server->Post(".*", take);
  impl_->server->Get(".*", take);
  if (!impl_->server->bind_to_port("127.0.0.1", impl_->port.number())) {
    throw std::runtime_error("the receiver's port is taken");
  }
  impl_->thread = std::thread([this] { impl_->server->listen_after_bind(); });
}

void WebhookReceiver::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->stopped.notify_all();
  while (!impl_->server->is_running()) std::this_thread::yield();
  impl_->server->stop();
  impl_->thread.join();
}

std::string WebhookReceiver::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(impl_->port.number()) + path;
}

std::vector<Received> WebhookReceiver::received() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->received;
}

std::string signature_by_hand(const std::string& secret, const std::string& time, const std::string& body) {
  const std::string text = time + "." + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  std::string hex;
  for (unsigned n = 0; n < size; ++n) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += {kDigits[mac.at(n) >> 4U], kDigits[mac.at(n) & 15U]};
  }
  return "t=" + time + ",v1=" + hex;
}

}  // namespace e2e
