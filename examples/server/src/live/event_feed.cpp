#include "live/event_feed.hpp"

#include <algorithm>
#include <charconv>

#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::server {

namespace {

std::shared_ptr<LiveNote> note_of(const Commit& commit) {
  auto note = std::make_shared<LiveNote>();
  const Decision& decision = commit.decision;
  note->tenant = commit.facts.key.tenant;
  note->chat = commit.facts.id;
  note->account = commit.facts.account;
  note->session = commit.state.session.number;
  note->at = decision.at;
  note->event = name_of(decision.event);
  note->verdict = decision.outcome.verdict;
  note->reason = decision.outcome.reason;
  note->before = decision.before;
  note->after = decision.after;
  note->rules = decision.outcome.rules;
  for (const Effect& effect : decision.effects) {
    note->effects.push_back(name_of(effect));
    const auto* notify = std::get_if<Notify>(&effect);
    if (notify == nullptr) continue;
    auto id = sqlite::notification_id(commit.facts.id, commit.state.version, note->notices.size() + 1);
    note->notices.push_back(
        {std::move(id), std::string(to_string(notify->notice)), sqlite::notification_detail(notify->detail)});
  }
  return note;
}

LiveEvent event_of(const Record& record, const std::shared_ptr<const LiveNote>& note) {
  if (const auto* session = std::get_if<SessionChanged>(&record)) return {LiveKind::session, session->number, note};
  if (const auto* message = std::get_if<MessageRecorded>(&record)) return {LiveKind::message, message->number, note};
  return {LiveKind::message, std::get<MessageUpdated>(record).number, note};
}

bool same(const LiveEvent& one, const LiveEvent& other) {
  return one.kind == other.kind && one.number == other.number;
}

}  // namespace

std::string_view to_string(LiveKind kind) {
  switch (kind) {
    case LiveKind::message: return "message";
    case LiveKind::session: return "session";
    case LiveKind::chat: return "chat";
    case LiveKind::decision: return "decision";
    case LiveKind::notification: return "notification";
  }
  return "unknown";
}

EventFeed::EventFeed(std::size_t kept, std::string run) : kept_(kept), run_(std::move(run)) {}

void EventFeed::committed(const Commit& commit) {
  const std::shared_ptr<const LiveNote> note = note_of(commit);
  std::vector<LiveEvent> events;
  events.reserve(commit.records.size() + 2 + note->notices.size());
  for (const Record& record : commit.records) {
    LiveEvent event = event_of(record, note);
    const auto is_same = [&](const LiveEvent& other) { return same(event, other); };
    if (std::none_of(events.begin(), events.end(), is_same)) events.push_back(std::move(event));
  }
  events.push_back({LiveKind::chat, 0, note});
  events.push_back({LiveKind::decision, 0, note});
  for (std::uint32_t place = 0; place < note->notices.size(); ++place) {
    events.push_back({LiveKind::notification, place, note});
  }
  append(events);
}

void EventFeed::add(const TenantId& tenant, const AccountId& account, Instant at, LiveNotice notice) {
  auto note = std::make_shared<LiveNote>();
  note->tenant = tenant;
  note->account = account;
  note->at = at;
  note->notices.push_back(std::move(notice));
  append({{LiveKind::notification, 0, std::move(note)}});
}

void EventFeed::append(const std::vector<LiveEvent>& events) {
  {
    const std::lock_guard lock(mutex_);
    for (const LiveEvent& event : events) {
      if (ring_.size() < kept_) {
        ring_.push_back(event);
      } else {
        ring_[end_ % kept_] = event;
      }
      ++end_;
    }
  }
  if (wake_) wake_();
}

LivePosition EventFeed::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

bool EventFeed::read(LivePosition& from, std::size_t max, std::vector<LiveEvent>& into) const {
  const std::lock_guard lock(mutex_);
  if (from > end_ || end_ - from > ring_.size()) return false;
  const LivePosition until = std::min<LivePosition>(end_, from + max);
  for (; from < until; ++from) into.push_back(ring_[from % kept_]);
  return true;
}

std::string EventFeed::id_of(LivePosition place) const {
  return run_ + "-" + std::to_string(place);
}

std::optional<LivePosition> EventFeed::place_of(const std::string& id) const {
  const auto dash = id.rfind('-');
  if (dash == std::string::npos || id.compare(0, dash, run_) != 0) return std::nullopt;
  LivePosition place = 0;
  const char* const last = id.data() + id.size();
  const auto [end, problem] = std::from_chars(id.data() + dash + 1, last, place);
  if (problem != std::errc() || end != last || place > this->end()) return std::nullopt;
  return place;
}

}  // namespace sessioncore::server
