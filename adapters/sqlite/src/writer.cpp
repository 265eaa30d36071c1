#include "writer.hpp"

#include "connection.hpp"
#include "origins.hpp"

#include <string_view>
#include <unordered_map>

#include <sessioncore/json.hpp>
#include <sessioncore/sqlite/notifications.hpp>

namespace sessioncore::sqlite {
namespace {

constexpr char kFindChat[] =
    "SELECT chat, version, decision_count, last_message, last_message_at_ms,"
    " (SELECT provider_time_ms FROM messages WHERE messages.id = chats.chat << 32 | chats.last_message)"
    " FROM chats WHERE id = ?";
constexpr char kInsertChat[] =
    "INSERT INTO chats (" SESSIONCORE_SQLITE_FACTS
    ", version, phase, closed, session, message_count, decision_count, last_message, last_message_at_ms,"
    " last_message_preview, updated_at_ms, next_deadline_ms, needs_recovery, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ifnull(?, ''), ?, ?, ?, ?) RETURNING chat";
constexpr char kUpdateChat[] =
    "UPDATE chats SET version = ?, phase = ?, closed = ?, session = ?, message_count = ?, decision_count = ?,"
    " last_message = ?, last_message_at_ms = ?, last_message_preview = ifnull(?, last_message_preview),"
    " updated_at_ms = ?, next_deadline_ms = ?, needs_recovery = ?, state = ? WHERE chat = ?";
constexpr char kUpdateFacts[] =
    "UPDATE chats SET tenant = ?, channel = ?, external_id = ?, account = ?, contact_name = ?, contact_phone = ?,"
    " created_at_ms = ? WHERE chat = ?";
constexpr char kInsertMessage[] = "INSERT INTO messages (" SESSIONCORE_SQLITE_MESSAGE
                                  ") VALUES (?, ?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, 0)";
constexpr char kUpdateMessage[] =
    "UPDATE messages SET delivery = ifnull(?, delivery), delivery_error = ifnull(?, delivery_error),"
    " text = ifnull(?, text), deleted = deleted | ? WHERE id = ?";
// The first message under an id keeps it: refusing would turn a provider's slip into an event that never commits.
constexpr char kIdentifyMessage[] = "UPDATE OR IGNORE messages SET provider_id = nullif(?, '') WHERE id = ?";
constexpr char kPutSession[] =
    "INSERT OR REPLACE INTO sessions (id, phase, started_at_ms, resolved_by, resolved_at_ms, grace_deadline_ms,"
    " taken_over_by, taken_over_at_ms, agent_conversation_id, agent_conversation_created_at_ms,"
    " agent_last_interaction_at_ms, message_count, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kInsertDecision[] =
    "INSERT INTO decisions (id, " SESSIONCORE_SQLITE_DECISION ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kInsertOrigin[] = "INSERT INTO origins (chat, decision, state) VALUES (?, 0, ?)";
constexpr char kInsertNotification[] =
    "INSERT INTO notifications (id, tenant, notice, detail, chat, session, account, created_at_ms, next_attempt_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

[[noreturn]] void refuse(ErrorCode code, std::string detail) {
  throw Refused{{code, std::move(detail)}};
}

}  // namespace

Writer::Writer(SQLite::Database& database, std::size_t preview_chars)
    : database_(database),
      preview_chars_(preview_chars),
      policies_(database),
      find_chat_(database, kFindChat),
      insert_chat_(database, kInsertChat),
      update_chat_(database, kUpdateChat),
      update_facts_(database, kUpdateFacts),
      insert_message_(database, kInsertMessage),
      update_message_(database, kUpdateMessage),
      identify_message_(database, kIdentifyMessage),
      put_session_(database, kPutSession),
      insert_decision_(database, kInsertDecision),
      insert_origin_(database, kInsertOrigin),
      insert_notification_(database, kInsertNotification) {}

void Writer::store(std::span<const Commit> batch) {
  // A chat's row is written once, however many of its steps are in the batch.
  std::vector<Chain> chains;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const Commit& commit : batch) {
    if (commit.facts.id.empty()) refuse(ErrorCode::invalid_argument, "facts.id is empty");
    if (commit.decision.policy == nullptr) refuse(ErrorCode::invalid_argument, "decision.policy is null");
    const auto [place, added] = places.try_emplace(commit.facts.id.value, chains.size());
    if (added) chains.emplace_back();
    chains[place->second].commits.push_back(&commit);
  }
  for (Chain& chain : chains) store(chain);
}

void Writer::store(Chain& chain) {
  const bool exists = find(chain);
  if (!exists) {
    chain.new_facts = &chain.commits.front()->facts;
    chain.last_message_at = chain.new_facts->created_at;
  }
  for (const Commit* commit : chain.commits) follow(chain, *commit);
  if (exists) {
    update_chat(chain);
  } else {
    insert_chat(chain, chain.commits.size());
  }
  std::int64_t decision = chain.first_decision;
  for (const Commit* commit : chain.commits) {
    for (const Record& record : commit->records) {
      std::visit([&](const auto& row) { store_record(chain.chat, commit->decision.at, row); }, record);
    }
    store_decision(chain.chat, decision++, commit->decision);
    store_notifications(*commit);
  }
}

// An imported chat is written like one that a commit has made, but for the decisions it never had here.
void Writer::store_imported(const ImportedChat& chat) {
  if (chat.facts.id.empty()) refuse(ErrorCode::invalid_argument, "facts.id is empty");
  if (chat.state.version == 0) refuse(ErrorCode::invalid_argument, "state.version is 0");
  Commit commit;
  commit.facts = chat.facts;
  commit.state = chat.state;
  commit.deadline = next_deadline(chat.state);
  commit.needs_recovery = needs_recovery(chat.state);
  commit.decision.at = chat.updated_at;
  Chain chain;
  chain.commits.push_back(&commit);
  chain.new_facts = &commit.facts;
  chain.last_message_at = chat.facts.created_at;
  for (const MessageRecorded& message : chat.messages) follow(chain, message);
  insert_chat(chain, 0);
  for (const MessageRecorded& message : chat.messages) store_record(chain.chat, chat.updated_at, message);
  for (const SessionChanged& session : chat.sessions) {
    store_record(chain.chat, session.resolved_at.value_or(chat.updated_at), session);
  }
  const std::string state = json::write(chat.state);
  Query(insert_origin_, chain.chat, state).run();
}

bool Writer::find(Chain& chain) {
  Query row(find_chat_, chain.commits.front()->facts.id);
  if (!row.next()) return false;
  chain.chat = row.integer();
  chain.version = row.number<std::uint64_t>();
  chain.first_decision = row.integer();
  chain.last_message = row.number<MessageNumber>();
  chain.last_message_at = row.instant();
  chain.last_written = row.optional_instant();
  return true;
}

void Writer::follow(Chain& chain, const Commit& commit) const {
  if (commit.expected_version != chain.version) {
    refuse(ErrorCode::conflict, "chat " + commit.facts.id.value + " has version " + std::to_string(chain.version) +
                                    ", not " + std::to_string(commit.expected_version));
  }
  chain.version = commit.state.version;
  if (commit.facts_changed) chain.new_facts = &commit.facts;
  for (const Record& record : commit.records) follow(chain, commit, record);
}

void Writer::follow(Chain& chain, const Commit& commit, const Record& record) const {
  if (const auto* message = std::get_if<MessageRecorded>(&record)) {
    follow(chain, *message);
  } else if (const auto* update = std::get_if<MessageUpdated>(&record)) {
    if (update->number != chain.last_message) return;
    if (update->text) chain.last_message_preview = preview(*update->text, preview_chars_);
    if (update->deleted) chain.last_message_preview = "";
  } else if (std::get<SessionChanged>(record).number == 0) {
    refuse(ErrorCode::invalid_argument, "a session of chat " + commit.facts.id.value + " has number 0");
  }
}

// What lists show of the latest message, by the time it was written (R25). A text that was kept back is not what was
// said last.
void Writer::follow(Chain& chain, const MessageRecorded& message) const {
  if (message.number == 0) refuse(ErrorCode::invalid_argument, "a message has number 0");
  if (message.delivery == Delivery::suppressed) return;
  if (chain.last_written && message.provider_time < *chain.last_written) return;
  chain.last_message = message.number;
  chain.last_written = message.provider_time;
  chain.last_message_at = message.received_at;
  chain.last_message_preview = preview(message.text, preview_chars_);
}

void Writer::insert_chat(Chain& chain, std::size_t decisions) {
  const Commit& last = *chain.commits.back();
  const ChatFacts& facts = *chain.new_facts;
  const std::string state = json::write(last.state);
  Query row(insert_chat_, facts.id, facts.key.tenant, facts.key.channel, facts.key.external_id, facts.account,
            facts.contact_name, facts.contact_phone, facts.created_at, last.state.version, phase_of(last.state),
            last.state.closed, last.state.session.number, last.state.message_count, decisions, chain.last_message,
            chain.last_message_at, chain.last_message_preview, last.decision.at, last.deadline, last.needs_recovery,
            state);
  (void)row.next();
  chain.chat = row.integer();
}

void Writer::update_chat(const Chain& chain) {
  const Commit& last = *chain.commits.back();
  const std::string state = json::write(last.state);
  const std::int64_t decisions = chain.first_decision + static_cast<std::int64_t>(chain.commits.size());
  Query(update_chat_, last.state.version, phase_of(last.state), last.state.closed, last.state.session.number,
        last.state.message_count, decisions, chain.last_message, chain.last_message_at, chain.last_message_preview,
        last.decision.at, last.deadline, last.needs_recovery, state, chain.chat)
      .run();
  if (chain.new_facts == nullptr) return;
  const ChatFacts& facts = *chain.new_facts;
  Query(update_facts_, facts.key.tenant, facts.key.channel, facts.key.external_id, facts.account, facts.contact_name,
        facts.contact_phone, facts.created_at, chain.chat)
      .run();
}

void Writer::store_record(ChatNumber chat, Instant, const MessageRecorded& message) {
  Query(insert_message_, row_id(chat, message.number), message.session, message.author, message.user,
        message.provider_id, message.provider_time, message.received_at, message.kind, message.delivery,
        message.sender_name, message.text, message.attachments, message.delivery_error)
      .run();
}

void Writer::store_record(ChatNumber chat, Instant, const MessageUpdated& message) {
  const std::int64_t row = row_id(chat, message.number);
  const int changed =
      Query(update_message_, message.delivery, message.delivery_error, message.text, message.deleted, row).run();
  if (changed == 0) {
    if (is_purged(chat, message.number)) return;
    refuse(ErrorCode::invalid_argument, "message " + std::to_string(message.number) + " of the chat does not exist");
  }
  if (message.provider_id) Query(identify_message_, *message.provider_id, row).run();
}

// A text that waited long for its account can be sent and purged before its echo comes.
bool Writer::is_purged(ChatNumber chat, MessageNumber number) {
  return number != 0 && number <= read_origin(database_, chat).state.message_count;
}

void Writer::store_record(ChatNumber chat, Instant at, const SessionChanged& session) {
  Query(put_session_, row_id(chat, session.number), session.phase, session.started_at, session.resolved_by,
        session.resolved_at, session.grace_deadline, session.taken_over_by, session.taken_over_at,
        session.agent_conversation_id, session.agent_conversation_created_at, session.agent_last_interaction_at,
        session.message_count, at)
      .run();
}

void Writer::store_decision(ChatNumber chat, std::int64_t number, const Decision& decision) {
  if (number > kLastNumber) refuse(ErrorCode::unavailable, "the chat has as many decisions as it can have");
  const std::string event = json::write(decision.event);
  const std::string outcome = json::write(decision.outcome);
  const std::string effects = json::write(decision.effects);
  const std::int64_t policy = policies_.number_of(decision.policy);
  Query(insert_decision_, row_id(chat, static_cast<std::uint32_t>(number)), decision.at, decision.before,
        decision.after, event, outcome, effects, policy)
      .run();
}

void Writer::store_notifications(const Commit& commit) {
  std::size_t place = 0;
  for (const Effect& effect : commit.decision.effects) {
    const auto* notify = std::get_if<Notify>(&effect);
    if (notify == nullptr) continue;
    const std::string id = notification_id(commit.facts.id, commit.state.version, ++place);
    const std::string notice(to_string(notify->notice));
    const std::string detail = notification_detail(notify->detail);
    const SessionNumber session = commit.state.session.number;
    Query(insert_notification_, id, commit.facts.key.tenant, notice, detail, commit.facts.id, session,
          commit.facts.account, commit.decision.at, commit.decision.at)
        .run();
  }
}

}  // namespace sessioncore::sqlite
