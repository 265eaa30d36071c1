#include <algorithm>
#include <set>

#include <sessioncore/engine/replay.hpp>

namespace sessioncore {
namespace {

ReplaySide side(const Decision& decision) {
  ReplaySide side;
  side.decision = decision;
  return side;
}

// The name of the first field in which they differ, or nothing. The id has rules of its own: see `identify`.
std::string_view differing_field(const StoredMessage& a, const StoredMessage& b) {
  if (a.session != b.session) return "session";
  if (a.author != b.author) return "author";
  if (a.user != b.user) return "user";
  if (a.provider_time != b.provider_time) return "provider_time";
  if (a.received_at != b.received_at) return "received_at";
  if (a.kind != b.kind) return "kind";
  if (a.sender_name != b.sender_name) return "sender_name";
  if (a.text != b.text) return "text";
  if (a.attachments != b.attachments) return "attachments";
  if (a.delivery != b.delivery) return "delivery";
  if (a.delivery_error != b.delivery_error) return "delivery_error";
  if (a.deleted != b.deleted) return "deleted";
  return {};
}

std::string_view differing_field(const StoredMessage& message, const MessageUpdated& update) {
  if (update.delivery && *update.delivery != message.delivery) return "delivery";
  if (update.delivery_error && *update.delivery_error != message.delivery_error) return "delivery_error";
  if (update.text && *update.text != message.text) return "text";
  if (update.deleted && !message.deleted) return "deleted";
  return {};
}

// A later change wins over an earlier one, column by column.
void merge(MessageUpdated& into, const MessageUpdated& update) {
  if (update.delivery) into.delivery = update.delivery;
  if (update.delivery_error) into.delivery_error = update.delivery_error;
  if (update.text) into.text = update.text;
  into.deleted = into.deleted || update.deleted;
}

std::string message_detail(MessageNumber number, std::string_view field) {
  return "message " + std::to_string(number) + ": " + std::string(field);
}

}  // namespace

std::string_view to_string(ReplayPart part) {
  switch (part) {
    case ReplayPart::number: return "number";
    case ReplayPart::time: return "time";
    case ReplayPart::rules: return "rules";
    case ReplayPart::outcome: return "outcome";
    case ReplayPart::phases: return "phases";
    case ReplayPart::effects: return "effects";
    case ReplayPart::message: return "message";
    case ReplayPart::session: return "session";
    case ReplayPart::state: return "state";
    case ReplayPart::chat: return "chat";
  }
  return "unknown";
}

Replay::Replay(LogOrigin origin) : state_(std::move(origin.state)), next_(origin.decision) {}

void Replay::differs(ReplayPart part, std::string detail, ReplaySide stored, ReplaySide computed) {
  if (difference_) return;
  difference_ = ReplayDifference{next_, part, std::move(detail), std::move(stored), std::move(computed)};
}

bool Replay::add(std::uint64_t number, const Decision& stored) {
  if (number != next_) {
    differs(ReplayPart::number, "decision " + std::to_string(next_) + " is missing", side(stored));
  }
  if (stored.at < state_.last_step_at) {
    differs(ReplayPart::time, "it lies before the decision it follows", side(stored));
  }
  // After a difference the log may go on from another state than ours, also in time.
  const Instant now = std::max(stored.at, state_.last_step_at);
  Step decided = step(state_, stored.event, *stored.policy, now);
  Decision again = stored;
  again.before = phase_of(state_);
  again.after = phase_of(decided.next);
  again.outcome = std::move(decided.outcome);
  again.effects = std::move(decided.effects);
  compare(stored, again);
  for (const Record& record : decided.records) keep(record);
  state_ = std::move(decided.next);
  next_ = number + 1;
  return !difference_;
}

void Replay::compare(const Decision& stored, const Decision& again) {
  const auto found = [&](ReplayPart part, std::string detail) {
    differs(part, std::move(detail), side(stored), side(again));
  };
  if (stored.outcome.rules != again.outcome.rules) return found(ReplayPart::rules, "other rules decide");
  if (stored.outcome != again.outcome) return found(ReplayPart::outcome, "the outcome is another");
  if (stored.before != again.before || stored.after != again.after) {
    return found(ReplayPart::phases, "it leads from or to another phase");
  }
  if (stored.effects != again.effects) return found(ReplayPart::effects, "other effects follow");
  if (stored.outcome.rules.empty() && !std::holds_alternative<Tick>(stored.event)) {
    found(ReplayPart::rules, "it names no rule");
  }
}

void Replay::keep(const Record& record) {
  if (const auto* recorded = std::get_if<MessageRecorded>(&record)) {
    StoredMessage& message = messages_[recorded->number];
    static_cast<MessageRecorded&>(message) = *recorded;
    if (!recorded->provider_id.empty()) identified_.emplace(recorded->provider_id, recorded->number);
  } else if (const auto* update = std::get_if<MessageUpdated>(&record)) {
    if (const auto at = messages_.find(update->number); at != messages_.end()) {
      apply_update(at->second, *update);
      if (update->provider_id) identify(at->second, *update->provider_id);
    } else {
      MessageUpdated& older = older_[update->number];
      older.number = update->number;
      merge(older, *update);
    }
  } else {
    const auto& session = std::get<SessionChanged>(record);
    sessions_[session.number] = session;
  }
}

// The first message under an id keeps it, as stores do it.
void Replay::identify(StoredMessage& message, const ProviderMessageId& id) {
  if (id.empty() || !identified_.emplace(id, message.number).second) return;
  if (!message.provider_id.empty()) identified_.erase(message.provider_id);
  message.provider_id = id;
}

bool Replay::finish(const Conversation& state) {
  if (state != state_) {
    ReplaySide stored;
    ReplaySide computed;
    stored.state = state;
    computed.state = state_;
    differs(ReplayPart::state, "the log leads to another state", std::move(stored), std::move(computed));
  }
  return !difference_;
}

bool Replay::finish(const Conversation& state, std::span<const StoredMessage> messages,
                    std::span<const SessionChanged> sessions) {
  (void)finish(state);
  compare(messages);
  compare(sessions);
  return !difference_;
}

bool Replay::finish_chat(const std::string& what_differs) {
  if (!what_differs.empty()) differs(ReplayPart::chat, what_differs);
  return !difference_;
}

void Replay::compare(std::span<const StoredMessage> messages) {
  std::map<MessageNumber, const StoredMessage*> stored;
  std::set<ProviderMessageId> ids;
  for (const StoredMessage& message : messages) {
    stored.emplace(message.number, &message);
    if (!message.provider_id.empty()) ids.insert(message.provider_id);
    if (message.number > state_.message_count) {
      differs(ReplayPart::message, message_detail(message.number, "the log does not know it"));
    }
    if (const auto at = older_.find(message.number); at != older_.end()) compare_older(message, at->second);
  }
  for (const auto& [number, computed] : messages_) {
    ReplaySide ours;
    ours.message = computed;
    const auto at = stored.find(number);
    if (at == stored.end()) {
      differs(ReplayPart::message, message_detail(number, "it is missing"), {}, std::move(ours));
      continue;
    }
    ReplaySide theirs;
    theirs.message = *at->second;
    std::string_view field = differing_field(*at->second, computed);
    // A message older than the origin may hold the id already.
    const bool taken = at->second->provider_id.empty() && ids.contains(computed.provider_id);
    if (field.empty() && at->second->provider_id != computed.provider_id && !taken) field = "provider_id";
    if (!field.empty()) {
      differs(ReplayPart::message, message_detail(number, field), std::move(theirs), std::move(ours));
    }
  }
}

void Replay::compare_older(const StoredMessage& stored, const MessageUpdated& update) {
  const std::string_view field = differing_field(stored, update);
  if (field.empty()) return;
  ReplaySide theirs;
  ReplaySide ours;
  theirs.message = stored;
  ours.message = stored;
  apply_update(*ours.message, update);
  differs(ReplayPart::message, message_detail(stored.number, field), std::move(theirs), std::move(ours));
}

void Replay::compare(std::span<const SessionChanged> sessions) {
  std::map<SessionNumber, const SessionChanged*> stored;
  for (const SessionChanged& session : sessions) {
    stored.emplace(session.number, &session);
    if (session.number > state_.session.number) {
      differs(ReplayPart::session, "session " + std::to_string(session.number) + ": the log does not know it");
    }
  }
  for (const auto& [number, computed] : sessions_) {
    ReplaySide theirs;
    ReplaySide ours;
    ours.session = computed;
    const auto at = stored.find(number);
    if (at != stored.end() && *at->second == computed) continue;
    if (at != stored.end()) theirs.session = *at->second;
    differs(ReplayPart::session,
            "session " + std::to_string(number) + (at == stored.end() ? ": it is missing" : ": it is another"),
            std::move(theirs), std::move(ours));
  }
}

}  // namespace sessioncore
