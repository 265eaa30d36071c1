#include "import/chat_import.hpp"

#include "must.hpp"

#include <algorithm>

namespace sessioncore::server::importing {

namespace {

// A transaction is full when it has this many of either.
constexpr std::size_t kChatsAtOnce = 200;
constexpr std::size_t kMessagesAtOnce = 20'000;

}  // namespace

void ChatImport::run() {
  stage();
  staging_.sort();
  staging_.each_chat([this](const StagedLine& line) { take(line); });
  flush();
  report_orphans(Kind::session, Subject::sessions, files_.sessions);
  report_orphans(Kind::message, Subject::messages, files_.messages);
}

/// Every line is read in full here, so that what is read again later is known to be good.
void ChatImport::stage() {
  parts_.lines.each(Subject::chats, files_.chats, [this](const std::string& line, std::uint64_t number) {
    const OldChat chat = read_chat(line);
    for (const auto& at : {chat.last_message_at, chat.created_at, chat.updated_at}) see(at);
    staging_.add(Kind::chat, chat.id, Instant{}, chat.id, number, line);
  });
  parts_.lines.each(Subject::sessions, files_.sessions, [this](const std::string& line, std::uint64_t number) {
    const OldSession session = read_session(line);
    for (const auto& at : {session.resolved_at, session.taken_over_at, session.updated_at}) see(at);
    see(session.started_at);
    staging_.add(Kind::session, session.chat, session.started_at, session.id, number, line);
  });
  parts_.lines.each(Subject::messages, files_.messages, [this](const std::string& line, std::uint64_t number) {
    const OldMessage message = read_message(line);
    see(message.created_at);
    staging_.add(Kind::message, message.chat, message.created_at, message.id, number, line);
  });
}

void ChatImport::see(std::optional<Instant> at) {
  if (at && *at <= now_) exported_at_ = std::max(exported_at_, *at);
}

void ChatImport::take(const StagedLine& line) {
  progress_.at("chats", ++chats_seen_);
  OldChat chat = read_chat(line.text);
  if (!staging_.claim("id " + chat.id)) {
    // Its sessions and messages went with the first one.
    return parts_.report.skipped(Subject::chats, "the _id was there before",
                                 {name_of(files_.chats), line.number, "_id: this chat was there before"});
  }
  const auto tenant = parts_.tenants.find(chat.tenant);
  if (!tenant) {
    const std::string name = parts_.tenants.old_name(chat.tenant);
    const std::string called = name.empty() ? chat.tenant : "\"" + name + "\"";
    return skip(chat, line.number, "its tenant is none of ours", "tenant_id: " + called + " is none of our tenants");
  }
  const ChatFacts facts = facts_of(chat, *tenant);
  if (!staging_.claim("key " + tenant->value + "\n" + chat.external_id)) {
    return skip(chat, line.number, "another chat has its unipile_chat_id");
  }
  if (must(parts_.database.is_there(facts))) return count_as_there(std::move(chat));
  if (must(parts_.database.exists(facts))) {
    return skip(chat, line.number, "another chat in the database has its _id or its unipile_chat_id");
  }
  const OldConversation old = gather(std::move(chat), line.number);
  Converted converted = convert(old, {*tenant, parts_.tenants.policy_of(*tenant), users_, exported_at_, now_});
  report(converted, line.number);
  keep(std::move(converted.chat));
}

void ChatImport::skip(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail) {
  parts_.report.skipped(Subject::chats, reason, {name_of(files_.chats), line, detail.empty() ? reason : detail});
  parts_.report.skipped_with(Subject::sessions, "of a chat that was skipped",
                             staging_.count_of(Kind::session, chat.id));
  parts_.report.skipped_with(Subject::messages, "of a chat that was skipped",
                             staging_.count_of(Kind::message, chat.id));
}

/// Brought by an import before this one, with all that belongs to it.
void ChatImport::count_as_there(OldChat chat) {
  ++parts_.report.of(Subject::chats).already_there;
  const OldConversation old = gather(std::move(chat), 0);
  parts_.report.of(Subject::sessions).already_there += old.sessions.size();
  parts_.report.of(Subject::messages).already_there += old.messages.size();
}

/// What says that it is another tenant's stays out: nobody may read it here.
OldConversation ChatImport::gather(OldChat chat, std::uint64_t line) {
  OldConversation old;
  const std::string id = chat.id;
  const std::string tenant = chat.tenant;
  old.chat = {line, std::move(chat)};
  const auto is_foreign = [&](const std::string& its_tenant, Subject subject, const std::string& path,
                              std::uint64_t number) {
    if (its_tenant.empty() || its_tenant == tenant) return false;
    parts_.report.skipped(subject, "of another tenant than its chat",
                          {name_of(path), number, "tenant_id: is not that of its chat"});
    return true;
  };
  staging_.each_of(Kind::session, id, [&](const StagedLine& staged) {
    OldSession session = read_session(staged.text);
    if (is_foreign(session.tenant, Subject::sessions, files_.sessions, staged.number)) return;
    old.sessions.push_back({staged.number, std::move(session)});
  });
  staging_.each_of(Kind::message, id, [&](const StagedLine& staged) {
    OldMessage message = read_message(staged.text);
    if (is_foreign(message.tenant, Subject::messages, files_.messages, staged.number)) return;
    old.messages.push_back({staged.number, std::move(message)});
  });
  return old;
}

void ChatImport::report(const Converted& converted, std::uint64_t line) {
  const std::string chats = name_of(files_.chats);
  const std::string sessions = name_of(files_.sessions);
  const std::string messages = name_of(files_.messages);
  const auto note = [this](const std::string& file, const std::vector<Remark>& remarks) {
    for (const Remark& remark : remarks) parts_.report.note({file, remark.line, remark.text});
  };
  const auto leave = [this](Subject subject, const std::string& file, const std::vector<Remark>& remarks) {
    for (const Remark& left : remarks) parts_.report.skipped(subject, "was there before", {file, left.line, left.text});
  };
  note(chats, converted.chat_notes);
  note(sessions, converted.session_notes);
  note(messages, converted.message_notes);
  leave(Subject::sessions, sessions, converted.left_sessions);
  leave(Subject::messages, messages, converted.left_messages);
  for (const auto& user : converted.unknown_users) {
    if (!unknown_users_.insert(user).second) continue;
    parts_.report.note({chats, line, "user " + user + " is in no file of users; the old id was kept"});
  }
  if (converted.ended_by_silence) {
    parts_.report.note({chats, line, "its session was silent for too long before the export; resolved as timeout"});
  }
  ++parts_.report.of(Subject::chats).imported;
  parts_.report.of(Subject::sessions).imported += converted.chat.sessions.size();
  parts_.report.of(Subject::messages).imported += converted.chat.messages.size();
}

void ChatImport::keep(sqlite::ImportedChat chat) {
  batch_messages_ += chat.messages.size();
  batch_.push_back(std::move(chat));
  if (batch_.size() >= kChatsAtOnce || batch_messages_ >= kMessagesAtOnce) flush();
}

void ChatImport::flush() {
  must(parts_.database.store(batch_));
  batch_.clear();
  batch_messages_ = 0;
}

void ChatImport::report_orphans(Kind kind, Subject subject, const std::string& path) {
  staging_.each_orphan(kind, [&](const StagedLine& line) {
    parts_.report.skipped(subject, "its chat is not in the export",
                          {name_of(path), line.number, "chat_id: no such chat in the export"});
  });
}

}  // namespace sessioncore::server::importing
