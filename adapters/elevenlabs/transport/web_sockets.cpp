#include "transport/web_sockets.hpp"

#include "transport/socket_hub.hpp"

#include <utility>
#include <vector>

namespace sessioncore::elevenlabs {

using websocketpp::lib::error_code;

namespace {

constexpr int kNormalClose = 1000;
constexpr int kAbnormalClose = 1006;

}  // namespace

// ---- time ----------------------------------------------------------------------------------------------------------

void WebSockets::Hub::arm_tick() {
  tick_.expires_after(tick_every_);
  tick_.async_wait([this](const asio::error_code& failed) {
    if (failed) return;
    guarded([this] { sweep(); });
    arm_tick();
  });
}

/// One timer for all connections instead of several for each.
void WebSockets::Hub::sweep() {
  const auto now = Clock::now();
  std::vector<SocketId> overdue;
  for (auto& [id, connection] : connections_) {
    const bool waits = connection.stage != Stage::open || connection.awaiting_pong;
    if (waits && now >= connection.deadline) {
      overdue.push_back(id);
    } else if (connection.stage == Stage::open && !connection.awaiting_pong) {
      keep_alive(connection, now);
    }
  }
  for (const auto id : overdue) {
    const auto* connection = find(id);
    if (connection == nullptr) continue;
    const bool opened = connection->stage == Stage::open;
    end(id, {opened, kAbnormalClose, 0, opened ? "no answer to a ping" : "opening took too long"});
  }
  if (stopping_ && (connections_.empty() || now >= stop_deadline_)) return finish_stop();
  if (!stopping_ && options_.tick) options_.tick();
}

/// A peer that vanished without a word is noticed only by asking it.
void WebSockets::Hub::keep_alive(Connection& connection, Clock::time_point now) {
  if (now - connection.heard < options_.ping_interval) return;
  connection.awaiting_pong = true;
  connection.deadline = now + options_.pong_timeout;
  error_code ignored;
  with(connection, [&](auto& socket) { socket.ping("", ignored); });
}

// ---- the thread ----------------------------------------------------------------------------------------------------

void WebSockets::Hub::post(std::function<void()> task) {
  if (closed_) return;
  asio::post(context_, [this, task = std::move(task)] { guarded(task); });
}

void WebSockets::Hub::run() {
  while (!context_.stopped()) {
    guarded([this] { context_.run(); });
  }
}

void WebSockets::Hub::begin_stop() {
  stopping_ = true;
  stop_deadline_ = Clock::now() + options_.stop_timeout;
  std::vector<SocketId> all;
  all.reserve(connections_.size());
  for (const auto& entry : connections_) all.push_back(entry.first);
  if (all.empty()) return finish_stop();
  for (const auto id : all) leave(id, kNormalClose, "User ended conversation");
}

/// Forgets the connections first, as `end` does: the library reports the end of each from within `drop`.
void WebSockets::Hub::finish_stop() {
  for (const auto& entry : std::exchange(connections_, {})) drop(entry.second);
  context_.stop();
}

void WebSockets::Hub::stop() {
  const std::lock_guard<std::mutex> one_at_a_time(stop_mutex_);
  if (!thread_.joinable()) return;
  asio::post(context_, [this] { guarded([this] { begin_stop(); }); });
  closed_ = true;
  thread_.join();
}

// ---- the border ----------------------------------------------------------------------------------------------------

WebSockets::WebSockets(WebSocketOptions options) : hub_(std::make_unique<Hub>(std::move(options))) {}
WebSockets::~WebSockets() {
  stop();
}
void WebSockets::post(std::function<void()> task) {
  hub_->post(std::move(task));
}
void WebSockets::stop() {
  hub_->stop();
}
SocketId WebSockets::connect(const std::string& url, SocketHandler handler) {
  return hub_->connect(url, std::move(handler));
}
bool WebSockets::send(SocketId id, const std::string& text) {
  return hub_->send(id, text);
}
void WebSockets::leave(SocketId id, int code, const std::string& reason) {
  hub_->leave(id, code, reason);
}

}  // namespace sessioncore::elevenlabs
