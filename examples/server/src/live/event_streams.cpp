#include "live/event_streams.hpp"

#include "http/reply.hpp"
#include "log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sessioncore::server {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kWaitingBytesMax = std::size_t{64} * 1024;  // written for a client before more is looked up
constexpr std::size_t kBatch = 16;
constexpr std::size_t kHeardBytesMax = std::size_t{16} * 1024;  // a client of a stream has nothing to say
constexpr int kSocketBytes = 128 * 1024;
constexpr milliseconds kLook(1'000);             // how often tokens and stalled clients are looked at
constexpr milliseconds kRightCheck(2'000);       // how often the right to read is looked up
constexpr milliseconds kStalledMax(30'000);      // how long a client may take nothing
constexpr const char* kRetry = "retry: 2000\n";  // milliseconds until a browser comes back

constexpr const char* kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"
    "Connection: close\r\n\r\n";

}  // namespace

/// A place among the streams of a user, of a tenant and of all; given back when it goes.
class EventStreams::Slot {
 public:
  Slot(EventStreams& owner, const Person& person) : owner_(owner), user_(person.id), tenant_(person.tenant) {
    const std::lock_guard lock(owner_.mutex_);
    if (owner_.stopping_) throw unavailable("the server is stopping");
    const EventsConfig& config = owner_.config_;
    if (owner_.count_ >= config.streams_max || count_in(owner_.by_tenant_, tenant_) >= config.streams_per_tenant_max ||
        count_in(owner_.by_user_, user_) >= config.streams_per_user_max) {
      throw HttpError(503, "too_many_streams", "too many event streams are open; close one, or ask the lists instead");
    }
    ++owner_.by_user_[user_];
    ++owner_.by_tenant_[tenant_];
    ++owner_.count_;
  }
  ~Slot() {
    const std::lock_guard lock(owner_.mutex_);
    take_one(owner_.by_user_, user_);
    take_one(owner_.by_tenant_, tenant_);
    --owner_.count_;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  template <class Id>
  static std::uint32_t count_in(const std::map<Id, std::uint32_t>& counts, const Id& id) {
    const auto at = counts.find(id);
    return at == counts.end() ? 0 : at->second;
  }
  template <class Id>
  static void take_one(std::map<Id, std::uint32_t>& counts, const Id& id) {
    const auto at = counts.find(id);
    if (--at->second == 0) counts.erase(at);
  }

  EventStreams& owner_;
  const UserId user_;
  const TenantId tenant_;
};

struct EventStreams::Stream {
  Stream(EventStreams& owner, const Visitor& visitor, EventFilter wanted)
      : slot(owner, visitor.person), person(visitor.person), expires(visitor.expires), filter(std::move(wanted)) {}
  ~Stream() {
    if (socket < 0) return;
    ::shutdown(socket, SHUT_WR);
    ::close(socket);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] bool wants(const LiveEvent& event) const {
    const LiveNote& note = *event.note;
    return note.tenant == person.tenant && (filter.kinds.empty() || filter.kinds.count(event.kind) > 0) &&
           (!filter.chat || note.chat == *filter.chat);
  }
  [[nodiscard]] std::size_t waiting() const { return out.size() - sent; }
  void end(const char* why) {
    if (ending) return;
    out += std::string("event: end\ndata: {\"reason\":\"") + why + "\"}\n\n";
    ending = true;
  }
  /// False: the client is gone.
  [[nodiscard]] bool flush(Steady::time_point now) {
    while (waiting() > 0) {
      const ssize_t count = ::send(socket, out.data() + sent, waiting(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno == EAGAIN;
      sent += static_cast<std::size_t>(count);
      last_progress = now;
    }
    out.clear();
    sent = 0;
    return true;
  }
  /// False: the client has closed its side, or talks.
  [[nodiscard]] bool listen() {
    std::array<char, 4096> heard_now{};
    const ssize_t count = ::recv(socket, heard_now.data(), heard_now.size(), MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    heard += static_cast<std::size_t>(count);
    return count > 0 && heard <= kHeardBytesMax;
  }

  const Slot slot;
  const Person person;
  const Instant expires;
  const EventFilter filter;
  int socket = -1;
  LivePosition at = 0;  ///< everything before it that the client wants is in `out` or was sent
  std::string out;
  std::size_t sent = 0;
  std::size_t heard = 0;
  bool ending = false;
  bool gone = false;
  Steady::time_point last_progress;
  Steady::time_point next_heartbeat;
  Steady::time_point next_check;
};

EventStreams::EventStreams(EventFeed& feed, const ChatLookup& chats, const Access& access, Clock& clock,
                           const EventsConfig& config)
    : feed_(feed),
      access_(access),
      clock_(clock),
      config_(config),
      texts_(chats),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {
  feed_.on_event([this] {
    if (watched_.load(std::memory_order_relaxed)) wake();
  });
}

EventStreams::~EventStreams() {
  stop();
  ::close(wake_);
}

void EventStreams::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
}

void EventStreams::wake() {
  if (woken_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void EventStreams::open(Connection& connection, const Visitor& visitor, EventFilter filter,
                        const std::string& last_id) {
  auto stream = std::make_shared<Stream>(*this, visitor, std::move(filter));
  stream->out = std::string(kHead) + kRetry;
  const auto place = feed_.place_of(last_id);
  stream->at = place.value_or(feed_.end());
  if (last_id.empty()) {
    // A line with an id alone tells the client where it begins, so that it misses nothing if it is cut off at once.
    stream->out += "id: " + feed_.id_of(stream->at) + "\n\n";
  } else if (!place) {
    reset(*stream, "unknown_id");
  } else {
    stream->out += "\n";
  }
  connection.hand_over([this, stream](int socket) {
    stream->socket = socket;
    adopt(stream);
  });
}

void EventStreams::adopt(StreamPtr stream) {
  ::setsockopt(stream->socket, SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
  const auto now = Steady::now();
  stream->last_progress = now;
  stream->next_heartbeat = now + config_.heartbeat;
  stream->next_check = now + kRightCheck;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    new_.push_back(std::move(stream));
  }
  wake();
}

void EventStreams::take_new() {
  const std::lock_guard lock(mutex_);
  streams_.insert(streams_.end(), new_.begin(), new_.end());
  new_.clear();
  watched_ = !streams_.empty();
}

void EventStreams::run() {
  while (!stopping_) {
    take_new();
    more_ = false;
    const auto now = Steady::now();
    const auto over =
        std::remove_if(streams_.begin(), streams_.end(), [&](const StreamPtr& stream) { return !serve(*stream, now); });
    streams_.erase(over, streams_.end());
    wait();
  }
  take_new();
  for (const StreamPtr& stream : streams_) {
    stream->end("shutdown");
    (void)stream->flush(Steady::now());
  }
  streams_.clear();
}

bool EventStreams::serve(Stream& stream, Steady::time_point now) {
  if (stream.gone) return false;
  if (stream.waiting() == 0) stream.last_progress = now;
  try {
    check_right(stream, now);
    if (!stream.ending) fill(stream);
  } catch (const std::exception& error) {
    // Nothing is lost: the client comes back with the id of the last event it got.
    log::warn("events.ended", {{"why", error.what()}});
    stream.end("unavailable");
  }
  if (!stream.ending && stream.waiting() == 0 && now >= stream.next_heartbeat) {
    stream.out = ": heartbeat\nid: " + feed_.id_of(stream.at) + "\n\n";
  }
  if (stream.waiting() > 0) stream.next_heartbeat = now + config_.heartbeat;
  if (!stream.flush(now)) return false;
  if (stream.waiting() == 0) {
    if (stream.at != feed_.end()) more_ = true;
    return !stream.ending;
  }
  return now - stream.last_progress < kStalledMax;
}

void EventStreams::check_right(Stream& stream, Steady::time_point now) {
  if (clock_.now() >= stream.expires) return stream.end("token_expired");
  if (now < stream.next_check) return;
  stream.next_check = now + kRightCheck;
  if (!access_.may_stay(stream.person)) stream.end("access_ended");
}

void EventStreams::fill(Stream& stream) {
  while (stream.waiting() < kWaitingBytesMax) {
    batch_.clear();
    LivePosition behind = stream.at;
    if (!feed_.read(behind, kBatch, batch_)) {
      reset(stream, "too_old");
      continue;
    }
    if (batch_.empty()) return;
    for (const LiveEvent& event : batch_) {
      if (stream.waiting() >= kWaitingBytesMax) return;
      if (stream.wants(event)) stream.out += texts_.text(event, feed_.id_of(stream.at + 1));
      ++stream.at;
    }
  }
}

// Whoever missed something and cannot be told what reads the lists again. From here on nothing is missed.
void EventStreams::reset(Stream& stream, const char* why) {
  stream.at = feed_.end();
  stream.out += "id: " + feed_.id_of(stream.at) + "\nevent: reset\ndata: {\"reason\":\"" + why + "\"}\n\n";
}

void EventStreams::wait() {
  std::vector<pollfd> descriptors;
  descriptors.reserve(streams_.size() + 1);
  descriptors.push_back({wake_, POLLIN, 0});
  for (const StreamPtr& stream : streams_) {
    const auto events = static_cast<short>(POLLIN | (stream->waiting() > 0 ? POLLOUT : 0));
    descriptors.push_back({stream->socket, events, 0});
  }
  const auto look = std::min<Duration>(kLook, config_.heartbeat);
  const int timeout = more_ ? 0 : (streams_.empty() ? -1 : static_cast<int>(look.count()));
  ::poll(descriptors.data(), descriptors.size(), timeout);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(wake_, &count, sizeof count);
  woken_ = false;
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    const short seen = descriptors[n + 1].revents;
    if ((seen & (POLLERR | POLLHUP | POLLNVAL)) != 0) streams_[n]->gone = true;
    if ((seen & POLLIN) != 0 && !streams_[n]->listen()) streams_[n]->gone = true;
  }
}

}  // namespace sessioncore::server
