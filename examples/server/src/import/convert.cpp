#include "import/convert.hpp"

#include "tenants.hpp"

#include <algorithm>
#include <tuple>

#include <sessioncore/core/blank.hpp>
#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server::importing {

namespace {

constexpr const char* kUnknownContact = "Bilinmiyor";       // the old system's default (S4.1); ours is an empty name
constexpr Duration kGraceMax = std::chrono::seconds(1800);  // S5

class Conversion {
 public:
  Conversion(const OldConversation& old, const Surroundings& around) : old_(old), around_(around) {}
  Converted run();

 private:
  /// A session with its line (0: it lay in the chat) and the row it becomes.
  struct Numbered {
    std::uint64_t line = 0;
    OldSession old;
    SessionChanged row;
    Instant last_activity;
  };

  void collect_sessions();
  void number_sessions();
  void fill_row(Numbered& session);
  void end_session(Numbered& session, ResolvedBy by, Instant at);
  void settle_sessions();
  void add_message(const OnLine<OldMessage>& message);
  [[nodiscard]] bool is_repeated(const OnLine<OldMessage>& message);
  [[nodiscard]] SessionNumber session_of(const OldMessage& message);
  void set_author(MessageRecorded& row, const OldMessage& message);
  void follow(const MessageRecorded& row);
  void set_phase();
  void set_inactivity(Duration limit);
  [[nodiscard]] PhaseData phase_of_active(const Numbered& session);
  [[nodiscard]] AgentWork work_for_pending() const;
  [[nodiscard]] UserId user(const std::string& old_id);
  // A clock that went wrong must not hold anything up here.
  [[nodiscard]] Instant past(Instant at) const { return std::min(at, around_.now); }
  [[nodiscard]] std::optional<Instant> past(const std::optional<Instant>& at) const {
    return at ? std::optional(past(*at)) : std::nullopt;
  }
  [[nodiscard]] Instant bounded_grace(Instant deadline) const {
    return std::min(deadline, around_.now + std::max(around_.policy.grace_period, kGraceMax));
  }
  void note_session(const Numbered& session, const std::string& text);
  [[nodiscard]] Numbered* active() { return has_active_ ? &sessions_.back() : nullptr; }

  const OldConversation& old_;
  const Surroundings& around_;
  Converted out_;
  std::vector<Numbered> sessions_;
  bool has_active_ = false;  ///< the last one is the one the chat goes on with
  std::map<std::string, SessionNumber> numbers_;
  std::set<std::string> message_ids_;
  std::map<std::string, std::size_t> provider_ids_;  ///< to the message that has it
};

Converted Conversion::run() {
  out_.chat.facts = facts_of(old_.chat.document, around_.tenant);
  ChatFacts& facts = out_.chat.facts;
  if (!old_.chat.document.contact_phone.empty() && facts.contact_phone.empty()) {
    out_.chat_notes.push_back({old_.chat.line, "contact_phone: is no phone number with its country code; left empty"});
  }
  collect_sessions();
  number_sessions();
  for (const auto& message : old_.messages) add_message(message);
  Conversation& state = out_.chat.state;
  state.version = 1;
  state.closed = old_.chat.document.closed;
  state.message_count = static_cast<MessageNumber>(out_.chat.messages.size());
  settle_sessions();
  set_phase();
  for (const Numbered& session : sessions_) out_.chat.sessions.push_back(session.row);

  Instant latest = past(old_.chat.document.updated_at).value_or(Instant{});
  if (!out_.chat.messages.empty()) latest = std::max(latest, out_.chat.messages.back().received_at);
  if (!sessions_.empty()) latest = std::max(latest, sessions_.back().last_activity);
  state.last_step_at = latest;
  out_.chat.updated_at = latest;
  if (facts.created_at.ms == 0) {
    facts.created_at = out_.chat.messages.empty() ? latest : out_.chat.messages.front().received_at;
  }
  return std::move(out_);
}

void Conversion::collect_sessions() {
  std::set<std::string> ids;
  for (const auto& session : old_.sessions) {
    if (!ids.insert(session.document.id).second) {
      out_.left_sessions.push_back({session.line, "_id: this session was there before"});
      continue;
    }
    sessions_.push_back({session.line, session.document, {}, {}});
  }
  const auto& embedded = old_.chat.document.embedded;
  if (!embedded) return;
  const bool moved = std::any_of(sessions_.begin(), sessions_.end(), [&](const Numbered& session) {
    return session.old.started_at == embedded->started_at;
  });
  if (!moved) sessions_.push_back({0, *embedded, {}, {}});
}

/// By their start (S4.2); the one the chat goes on with is the last, whatever its date says.
void Conversion::number_sessions() {
  const OldChat& chat = old_.chat.document;
  const auto goes_on = [&](const Numbered& session) {
    if (chat.closed || session.old.status == OldStatus::resolved) return false;
    return session.old.id.empty() || session.old.id == chat.active_session;
  };
  std::stable_sort(sessions_.begin(), sessions_.end(), [&](const Numbered& a, const Numbered& b) {
    if (goes_on(a) != goes_on(b)) return goes_on(b);
    return std::tie(a.old.started_at, a.old.id) < std::tie(b.old.started_at, b.old.id);
  });
  has_active_ = !sessions_.empty() && goes_on(sessions_.back());
  for (std::size_t n = 0; n < sessions_.size(); ++n) {
    sessions_[n].row.number = static_cast<SessionNumber>(n + 1);
    numbers_[sessions_[n].old.id] = sessions_[n].row.number;
    fill_row(sessions_[n]);
  }
  if (chat.active_session && numbers_.count(*chat.active_session) == 0) {
    out_.chat_notes.push_back({old_.chat.line, "active_session_id: no such session in the export; the chat has none"});
  }
}

void Conversion::fill_row(Numbered& session) {
  const OldSession& old = session.old;
  SessionChanged& row = session.row;
  row.started_at = past(old.started_at);
  if (old.grace_deadline) row.grace_deadline = bounded_grace(*old.grace_deadline);
  if (old.taken_over_by) row.taken_over_by = user(*old.taken_over_by);
  row.taken_over_at = past(old.taken_over_at);
  row.agent_conversation_id = old.agent_conversation_id;
  row.agent_conversation_created_at = past(old.agent_conversation_created_at);
  row.agent_last_interaction_at = past(old.agent_last_interaction_at);
  session.last_activity = row.started_at;
  for (const auto& at : {row.taken_over_at, row.agent_last_interaction_at}) {
    if (at) session.last_activity = std::max(session.last_activity, *at);
  }
}

void Conversion::add_message(const OnLine<OldMessage>& message) {
  if (is_repeated(message)) return;
  const OldMessage& old = message.document;
  MessageRecorded row;
  row.number = static_cast<MessageNumber>(out_.chat.messages.size() + 1);
  row.session = session_of(old);
  row.provider_time = past(old.created_at);
  row.received_at = row.provider_time;
  row.kind = is_blank(old.text) ? MessageKind::other : MessageKind::text;
  row.text = is_blank(old.text) ? "[other]" : old.text;
  set_author(row, old);
  if (!old.provider_id.empty()) {
    if (provider_ids_.emplace(old.provider_id, out_.chat.messages.size()).second) {
      row.provider_id = ProviderMessageId(old.provider_id);
    } else {
      out_.message_notes.push_back({message.line, "unipile_message_id: another message has it; kept without it"});
    }
  }
  if (old.session && row.session == 0) {
    out_.message_notes.push_back({message.line, "session_id: no such session of its chat; kept without a session"});
  }
  follow(row);
  out_.chat.messages.push_back(std::move(row));
}

/// A delivery that the old system stored twice counts once (P2).
bool Conversion::is_repeated(const OnLine<OldMessage>& message) {
  const OldMessage& old = message.document;
  if (!message_ids_.insert(old.id).second) {
    out_.left_messages.push_back({message.line, "_id: this message was there before"});
    return true;
  }
  const auto known = provider_ids_.find(old.provider_id);
  if (old.provider_id.empty() || known == provider_ids_.end()) return false;
  const MessageRecorded& first = out_.chat.messages[known->second];
  if (first.text != old.text || (first.author == Author::contact) != (old.sender == "contact")) return false;
  out_.left_messages.push_back({message.line, "unipile_message_id: this message was there before"});
  return true;
}

SessionNumber Conversion::session_of(const OldMessage& message) {
  if (message.session) {
    const auto at = numbers_.find(*message.session);
    return at == numbers_.end() ? 0 : at->second;
  }
  // S15.1: what was written since the start of the chat's own session belongs to it.
  const auto& embedded = old_.chat.document.embedded;
  const auto at = numbers_.find("");
  if (!embedded || at == numbers_.end() || message.created_at < embedded->started_at) return 0;
  return at->second;
}

/// S4.3: everything of the business was `human`; the name tells who it was.
void Conversion::set_author(MessageRecorded& row, const OldMessage& message) {
  if (message.sender == "contact") {
    row.author = Author::contact;
    row.sender_name = message.sender_name;
    return;
  }
  row.delivery = Delivery::sent;
  row.author = message.sender == "ai" || message.sender_name == "AI" ? Author::ai : Author::human;
  const bool from_phone =
      message.sender_name.empty() || message.sender_name == "WhatsApp" || !message.through_us.value_or(true);
  if (row.author == Author::human && !from_phone) row.user = user(message.sender_name);
}

/// What the state knows of the messages: R5, R12, R25.
void Conversion::follow(const MessageRecorded& row) {
  Conversation& state = out_.chat.state;
  if (row.session != 0) {
    Numbered& session = sessions_[row.session - 1];
    ++session.row.message_count;
    session.last_activity = std::max(session.last_activity, row.received_at);
  }
  if (row.author != Author::contact) {
    state.last_business_at = row.provider_time;
    if (row.author == Author::human) state.last_human_at = row.provider_time;
    return state.pending.clear();
  }
  if (!has_active_ || row.session != sessions_.back().row.number) return;
  state.pending.push_back({row.number, row.provider_time});
  if (state.pending.size() > around_.policy.pending_messages_max) state.pending.erase(state.pending.begin());
}

void Conversion::end_session(Numbered& session, ResolvedBy by, Instant at) {
  session.row.phase = Phase::resolved;
  session.row.resolved_by = by;
  session.row.resolved_at = past(at);
}

/// All but the active one are history.
void Conversion::settle_sessions() {
  for (Numbered& session : sessions_) {
    if (&session == active()) continue;
    const OldSession& old = session.old;
    const Instant ended = old.resolved_at.value_or(session.last_activity);
    if (old.status != OldStatus::resolved) {
      note_session(session, old_.chat.document.closed
                                ? "status: not resolved in a closed chat; imported as resolved"
                                : "status: not resolved, but not the chat's active session; imported as resolved");
    }
    end_session(session, old.resolved_by.value_or(ResolvedBy::manual), ended);
  }
}

void Conversion::set_phase() {
  Conversation& state = out_.chat.state;
  if (sessions_.empty()) return;
  Numbered& latest = sessions_.back();
  Session& session = state.session;
  session.number = latest.row.number;
  session.started_at = latest.row.started_at;
  session.message_count = latest.row.message_count;
  session.agent_conversation_id = latest.row.agent_conversation_id;
  session.agent_conversation_created_at = latest.row.agent_conversation_created_at;
  session.agent_last_interaction_at = latest.row.agent_last_interaction_at;
  if (has_active_) {
    state.phase = phase_of_active(latest);
    latest.row.phase = phase_of(state);
    if (phase_of(state) == Phase::ai) set_inactivity(around_.policy.ai_inactivity);
    if (phase_of(state) == Phase::human) set_inactivity(around_.policy.human_inactivity);
  }
  if (latest.row.phase != Phase::resolved) return;
  state.phase = Resolved{*latest.row.resolved_by, *latest.row.resolved_at};
  state.pending.clear();
}

PhaseData Conversion::phase_of_active(const Numbered& session) {
  const OldSession& old = session.old;
  if (old.status == OldStatus::waiting) {
    return Waiting{session.row.grace_deadline.value_or(session.row.started_at + around_.policy.grace_period)};
  }
  if (old.taken_over_by || old.taken_over_at || old.held) {
    return HumanActive{session.row.taken_over_by, session.row.taken_over_at.value_or(session.last_activity)};
  }
  return AiActive{work_for_pending(), std::nullopt};
}

/// The old system's timer for a burst died with it: the agent is asked when this one, usually past, is seen (R7).
AgentWork Conversion::work_for_pending() const {
  AgentWork work;
  const auto& pending = out_.chat.state.pending;
  if (pending.empty()) return work;
  work.buffer_first = pending.front().provider_time;
  work.buffer_deadline = std::min(pending.back().provider_time + around_.policy.message_buffer,
                                  *work.buffer_first + around_.policy.message_buffer_max);
  return work;
}

/// The clock of R13 stands still from the export to the import. What had been silent for too long before was the old
/// sweeper's next victim and ends as it would have.
void Conversion::set_inactivity(Duration limit) {
  if (limit <= Duration(0)) return;
  Numbered& session = sessions_.back();
  if (around_.exported_at - session.last_activity <= limit) {
    out_.chat.state.session.inactivity_deadline = around_.now + limit;
    return;
  }
  end_session(session, ResolvedBy::timeout, session.last_activity + limit);
  out_.ended_by_silence = true;
}

UserId Conversion::user(const std::string& old_id) {
  const auto known = around_.users.find(old_id);
  if (known != around_.users.end()) return known->second;
  out_.unknown_users.insert(old_id);
  return UserId(old_id);
}

void Conversion::note_session(const Numbered& session, const std::string& text) {
  auto& notes = session.line == 0 ? out_.chat_notes : out_.session_notes;
  notes.push_back({session.line == 0 ? old_.chat.line : session.line, text});
}

}  // namespace

ChatFacts facts_of(const OldChat& chat, const TenantId& tenant) {
  ChatFacts facts;
  facts.id = ChatId(chat.id);
  facts.key = {tenant, kWhatsAppChannel, chat.external_id};
  facts.account = AccountId(chat.account);
  facts.contact_name = chat.contact_name == kUnknownContact ? "" : chat.contact_name;
  facts.contact_phone = unipile::normalise_phone(chat.contact_phone);
  if (unipile::lacks_country_code(facts.contact_phone)) facts.contact_phone.clear();
  facts.created_at = chat.created_at.value_or(chat.last_message_at.value_or(Instant{}));
  return facts;
}

Converted convert(const OldConversation& old, const Surroundings& around) {
  return Conversion(old, around).run();
}

}  // namespace sessioncore::server::importing
