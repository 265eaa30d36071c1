/// What has happened lately, kept for those who watch: the latest events of all tenants in the order of their commits.
///
/// An event says what changed, not how it looks now: `event_text.hpp` looks that up when somebody wants to see it. So
/// the engine thread only copies ids, and the memory does not depend on the length of texts.
/// Thread rule: any thread; `committed` and `add` never wait for a reader for longer than it takes to copy a few
/// events.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

enum class LiveKind { message, session, chat, decision, notification };
inline constexpr std::array<LiveKind, 5> kLiveKinds = {LiveKind::message, LiveKind::session, LiveKind::chat,
                                                       LiveKind::decision, LiveKind::notification};
[[nodiscard]] std::string_view to_string(LiveKind kind);

/// A notification, with the id under which it is stored.
struct LiveNotice {
  std::string id;
  std::string notice;
  std::string detail;
};

/// What the events of one commit share. Names point to static text.
struct LiveNote {
  TenantId tenant;
  ChatId chat;  ///< empty: it concerns no chat
  AccountId account;
  SessionNumber session = 0;
  Instant at;
  std::string_view event;
  Verdict verdict = Verdict::accepted;
  Reason reason = Reason::none;
  Phase before = Phase::none;
  Phase after = Phase::none;
  std::vector<std::string_view> rules;
  std::vector<std::string_view> effects;
  std::vector<LiveNotice> notices;
};

struct LiveEvent {
  LiveKind kind = LiveKind::chat;
  std::uint32_t number = 0;  ///< of the message or session, or the place among the notices
  std::shared_ptr<const LiveNote> note;
};

/// How many events there were before; a place between two events.
using LivePosition = std::uint64_t;

class EventFeed final : public EventSink {
 public:
  /// Keeps the latest `kept` events. `run` tells this run of the server from others in the ids of events.
  EventFeed(std::size_t kept, std::string run);

  /// Called after each new event, by whoever brought it: must be quick. Set before the first event.
  void on_event(std::function<void()> wake) { wake_ = std::move(wake); }

  void committed(const Commit& commit) override;
  /// A notification that comes from no chat.
  void add(const TenantId& tenant, const AccountId& account, Instant at, LiveNotice notice);

  [[nodiscard]] LivePosition end() const;
  /// Copies the next events, at most `max`, and moves `from` behind them. False: events at `from` are no longer kept;
  /// nothing is changed.
  [[nodiscard]] bool read(LivePosition& from, std::size_t max, std::vector<LiveEvent>& into) const;

  /// The id of the event before this place.
  [[nodiscard]] std::string id_of(LivePosition place) const;
  /// The place after the event with this id; empty if it is no id of this run.
  [[nodiscard]] std::optional<LivePosition> place_of(const std::string& id) const;

 private:
  void append(const std::vector<LiveEvent>& events);

  const std::size_t kept_;
  const std::string run_;
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<LiveEvent> ring_;  ///< event n lies at n modulo `kept_`
  LivePosition end_ = 0;
};

}  // namespace sessioncore::server
