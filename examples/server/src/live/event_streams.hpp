/// The open streams of `GET /api/whatsapp/events`: any number of sockets, one thread.
///
/// A stream takes a worker of the HTTP server only until its request was understood; then its socket moves here. So
/// however many streams are open, webhooks find their workers. A client that does not read costs a bounded buffer, and
/// is let go after a while. A stream ends with its token, with the right to read, and at once with `stop`.
/// Thread rule: any thread; `stop` by the owner.
#pragma once

#include "auth/access.hpp"
#include "http/connection.hpp"
#include "live/event_feed.hpp"
#include "live/event_text.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace sessioncore::server {

struct EventFilter {
  std::set<LiveKind> kinds;    ///< empty: all
  std::optional<ChatId> chat;  ///< empty: all
};

class EventStreams {
 public:
  EventStreams(EventFeed& feed, const ChatLookup& chats, const Access& access, Clock& clock,
               const EventsConfig& config);
  ~EventStreams();
  EventStreams(const EventStreams&) = delete;
  EventStreams& operator=(const EventStreams&) = delete;

  /// Takes over the connection whose request is being answered. `last_id` is the last event the client has seen; empty:
  /// it wants what happens from now on. Throws `HttpError` 503 if there are too many streams.
  void open(Connection& connection, const Visitor& visitor, EventFilter filter, const std::string& last_id);
  /// Ends all streams; none can be opened any more.
  void stop();

 private:
  struct Stream;
  class Slot;
  using StreamPtr = std::shared_ptr<Stream>;
  using Steady = std::chrono::steady_clock;

  void wake();
  void adopt(StreamPtr stream);
  void run();
  void take_new();
  /// False: the stream is over.
  [[nodiscard]] bool serve(Stream& stream, Steady::time_point now);
  void check_right(Stream& stream, Steady::time_point now);
  void fill(Stream& stream);
  void reset(Stream& stream, const char* why);
  void wait();

  EventFeed& feed_;
  const Access& access_;
  Clock& clock_;
  const EventsConfig config_;
  EventText texts_;
  const int wake_;
  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> watched_{false};  ///< somebody wants to be told of new events
  std::mutex mutex_;                  ///< over the next four
  std::vector<StreamPtr> new_;
  std::map<UserId, std::uint32_t> by_user_;
  std::map<TenantId, std::uint32_t> by_tenant_;
  std::uint32_t count_ = 0;
  // Of the thread alone.
  std::vector<StreamPtr> streams_;
  std::vector<LiveEvent> batch_;
  bool more_ = false;
  std::thread thread_;
};

}  // namespace sessioncore::server
