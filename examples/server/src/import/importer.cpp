#include "import/importer.hpp"

#include "config/people.hpp"
#include "import/convert.hpp"
#include "import/fields.hpp"
#include "import/lines.hpp"
#include "import/settings.hpp"
#include "import/staging.hpp"
#include "import/tenant_map.hpp"
#include "must.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace sessioncore::server::importing {

namespace {

// A transaction is full when it has this many of either.
constexpr std::size_t kChatsAtOnce = 200;
constexpr std::size_t kMessagesAtOnce = 20'000;

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

class Import {
 public:
  Import(const Config& config, const ImportOptions& options, Instant now);
  Report run();

 private:
  /// Reads every line of a file; what `take` throws as `BadField` is reported with file and line.
  void each_line(Subject subject, const std::string& path,
                 const std::function<void(const std::string& line, std::uint64_t number)>& take);
  void read_people();
  void read_tenants();
  void take_tenant(const OldTenant& tenant, std::uint64_t number);
  void take_settings(const TenantId& ours, const OldTenant& tenant, std::uint64_t number);
  void create_tenant(const OldTenant& tenant, std::uint64_t number);
  void note_settings(std::uint64_t number, const std::vector<std::string>& notes);
  void report_agents();
  [[nodiscard]] std::string why_left(const OldAgent& agent) const;
  void stage();
  void see(std::optional<Instant> at);
  void take_chat(const StagedLine& line);
  void skip_chat(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail = "");
  void count_as_there(OldChat chat);
  [[nodiscard]] OldConversation gather(OldChat chat, std::uint64_t line);
  void keep(Converted converted, std::uint64_t line);
  void flush();
  void report_orphans(Kind kind, Subject subject, const std::string& path);
  void progress(const std::string& what, std::uint64_t count);

  const ImportOptions& options_;
  const ExportFiles& files_;
  Instant now_;
  Report report_;
  std::unique_ptr<sqlite::SqliteImporter> database_;
  TenantMap tenants_;
  std::map<std::string, std::string> unknown_tenants_;  ///< old id to name
  std::map<std::string, UserId> users_;
  std::set<std::string> unknown_users_;
  std::vector<OldAgent> agents_;
  std::vector<std::uint64_t> agent_lines_;
  std::set<std::string> created_agents_;  ///< ids of those that came with their tenants
  Staging staging_;
  Instant exported_at_;
  std::uint64_t chats_seen_ = 0;
  std::vector<sqlite::ImportedChat> batch_;
  std::size_t batch_messages_ = 0;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

std::unique_ptr<sqlite::SqliteImporter> open_database(const Config& config, bool dry_run) {
  sqlite::Options options;
  for (const auto& tenant : config.tenants) {
    options.preview_chars = std::max<std::size_t>(options.preview_chars, tenant.message_preview_chars);
  }
  const auto mode = dry_run ? sqlite::ImportMode::dry_run : sqlite::ImportMode::store;
  return must(sqlite::SqliteImporter::open(config.database, mode, options));
}

Import::Import(const Config& config, const ImportOptions& options, Instant now)
    : options_(options),
      files_(options.files),
      now_(now),
      report_(options.dry_run),
      database_(open_database(config, options.dry_run)),
      tenants_(config, must(database_->tenants())) {
  for (const auto& [ours, old_id] : options.tenants) tenants_.assign(ours, old_id);
}

Report Import::run() {
  read_people();
  read_tenants();
  report_agents();
  stage();
  staging_.sort();
  staging_.each_chat([this](const StagedLine& line) { take_chat(line); });
  flush();
  report_orphans(Kind::session, Subject::sessions, files_.sessions);
  report_orphans(Kind::message, Subject::messages, files_.messages);
  return std::move(report_);
}

void Import::each_line(Subject subject, const std::string& path,
                       const std::function<void(const std::string&, std::uint64_t)>& take) {
  if (path.empty()) return;
  const std::string name = name_of(path);
  Lines lines(path);
  std::string line;
  for (;;) {
    const Lines::Found found = lines.next(line);
    if (found == Lines::Found::end) break;
    ++report_.of(subject).read;
    progress(name + ": line", lines.number());
    if (found == Lines::Found::too_long) {
      report_.bad(subject, {name, lines.number(), "expected at most " + std::to_string(kLineBytesMax) + " bytes"});
      continue;
    }
    try {
      take(line, lines.number());
    } catch (const BadField& bad) {
      report_.bad(subject, {name, lines.number(), bad.what()});
    }
  }
  if (options_.progress) options_.progress(name + ": " + std::to_string(report_.of(subject).read) + " lines read");
}

void Import::read_people() {
  each_line(Subject::agents, files_.agents, [this](const std::string& line, std::uint64_t number) {
    agents_.push_back(read_agent(line));
    agent_lines_.push_back(number);
  });
  each_line(Subject::users, files_.users, [this](const std::string& line, std::uint64_t) {
    const OldUser user = read_user(line);
    users_[user.id] = user_id_of(user.email);
    ++report_.of(Subject::users).imported;
  });
}

/// All of them are known before anything is written: two that would be one of ours are refused.
void Import::read_tenants() {
  std::vector<OnLine<OldTenant>> tenants;
  std::set<std::string> ids;
  each_line(Subject::tenants, files_.tenants, [&](const std::string& line, std::uint64_t number) {
    OldTenant tenant = read_tenant(line);
    if (ids.insert(tenant.id).second) return tenants.push_back({number, std::move(tenant)});
    report_.skipped(Subject::tenants, "the _id was there before",
                    {name_of(files_.tenants), number, "_id: this tenant was there before"});
  });
  tenants_.match(tenants);
  for (const auto& [number, tenant] : tenants) take_tenant(tenant, number);
}

void Import::take_tenant(const OldTenant& tenant, std::uint64_t number) {
  const std::string file = name_of(files_.tenants);
  report_.of(Subject::settings).read +=
      tenant.problems.size() + tenant.blacklisted_numbers.size() + (tenant.grace_seconds ? 1 : 0);
  for (const std::string& problem : tenant.problems) report_.bad(Subject::settings, {file, number, problem});
  if (const auto ours = tenants_.find(tenant.id)) {
    ++report_.of(Subject::tenants).imported;
    return take_settings(*ours, tenant, number);
  }
  const std::string called = "\"" + tenant.name + "\"";
  if (tenants_.is_ambiguous(tenant)) {
    unknown_tenants_[tenant.id] = tenant.name;
    return report_.skipped(Subject::tenants, "may be one of our tenants",
                           {file, number, called + " may be one of our tenants, or not; say which with --tenant"});
  }
  if (options_.create_tenants) return create_tenant(tenant, number);
  unknown_tenants_[tenant.id] = tenant.name;
  report_.skipped(Subject::tenants, "none of our tenants",
                  {file, number, called + " is none of our tenants; see --tenant and --create-tenants"});
}

void Import::take_settings(const TenantId& ours, const OldTenant& tenant, std::uint64_t number) {
  const TenantConfig* described = tenants_.described(ours);
  if (described == nullptr) {
    const std::string what = "tenant " + ours.value + " is described nowhere now; its settings were left out";
    return report_.skipped(Subject::settings, "the tenant is described nowhere",
                           {name_of(files_.tenants), number, what});
  }
  const std::string before = tenants_.changes_of(ours);
  const TakenOver taken = take_over(*described, before, tenant, agents_);
  report_.of(Subject::settings).imported += taken.imported;
  report_.of(Subject::settings).already_there += taken.already_there;
  for (const std::string& kept : taken.kept) {
    report_.skipped(Subject::settings, "ours counts", {name_of(files_.tenants), number, kept});
  }
  note_settings(number, taken.notes);
  if (taken.changes == before) return;
  // Before the first start a tenant of the file has no row yet.
  (void)must(database_->create_tenant_if_absent({ours, described->name}));
  must(database_->set_tenant_changes(ours, taken.changes));
  tenants_.set_changes(ours, taken.changes);
}

void Import::create_tenant(const OldTenant& tenant, std::uint64_t number) {
  const CreatedTenant created = created_tenant(tenant, agents_, tenants_.of_account(tenant.account));
  (void)must(database_->create_tenant_if_absent(created.tenant));
  tenants_.add_created(created.tenant);
  created_agents_.insert(created.agents.begin(), created.agents.end());
  ++report_.of(Subject::tenants).imported;
  report_.of(Subject::settings).imported += tenant.blacklisted_numbers.size() + (tenant.grace_seconds ? 1 : 0);
  note_settings(number, created.notes);
}

void Import::note_settings(std::uint64_t number, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) report_.note({name_of(files_.tenants), number, note});
}

/// An agent goes in with a tenant that is created; of the others it is told whether they are here.
void Import::report_agents() {
  for (std::size_t n = 0; n < agents_.size(); ++n) {
    if (created_agents_.count(agents_[n].id) > 0) {
      ++report_.of(Subject::agents).imported;
    } else if (const std::string why = why_left(agents_[n]); why.empty()) {
      ++report_.of(Subject::agents).already_there;
    } else {
      report_.skipped(Subject::agents, why, {name_of(files_.agents), agent_lines_[n], why});
    }
  }
}

/// Empty if its tenant has it.
std::string Import::why_left(const OldAgent& agent) const {
  const auto has = [&](const TenantConfig& tenant) {
    return std::any_of(tenant.agents.begin(), tenant.agents.end(),
                       [&](const AgentConfig& ours) { return ours.elevenlabs_agent_id == agent.elevenlabs_agent_id; });
  };
  if (agent.tenant.empty()) {
    return tenants_.any(has) ? "" : "tenant_id: it has none, and no tenant that was created refers to it";
  }
  const auto ours = tenants_.find(agent.tenant);
  if (!ours) return "its tenant is none of ours";
  const TenantConfig* described = tenants_.described(*ours);
  if (described != nullptr && has(*described)) return "";
  return "its tenant was here before and has no agent with its ElevenLabs id; add it there";
}

/// Every line is read in full here, so that what is read again later is known to be good.
void Import::stage() {
  each_line(Subject::chats, files_.chats, [this](const std::string& line, std::uint64_t number) {
    const OldChat chat = read_chat(line);
    for (const auto& at : {chat.last_message_at, chat.created_at, chat.updated_at}) see(at);
    staging_.add(Kind::chat, chat.id, Instant{}, chat.id, number, line);
  });
  each_line(Subject::sessions, files_.sessions, [this](const std::string& line, std::uint64_t number) {
    const OldSession session = read_session(line);
    for (const auto& at : {session.resolved_at, session.taken_over_at, session.updated_at}) see(at);
    see(session.started_at);
    staging_.add(Kind::session, session.chat, session.started_at, session.id, number, line);
  });
  each_line(Subject::messages, files_.messages, [this](const std::string& line, std::uint64_t number) {
    const OldMessage message = read_message(line);
    see(message.created_at);
    staging_.add(Kind::message, message.chat, message.created_at, message.id, number, line);
  });
}

void Import::see(std::optional<Instant> at) {
  if (at && *at <= now_) exported_at_ = std::max(exported_at_, *at);
}

void Import::take_chat(const StagedLine& line) {
  progress("chats", ++chats_seen_);
  OldChat chat = read_chat(line.text);
  if (!staging_.claim("id " + chat.id)) {
    // Its sessions and messages went with the first one.
    return report_.skipped(Subject::chats, "the _id was there before",
                           {name_of(files_.chats), line.number, "_id: this chat was there before"});
  }
  const auto tenant = tenants_.find(chat.tenant);
  if (!tenant) {
    const auto name = unknown_tenants_.find(chat.tenant);
    const std::string called = name == unknown_tenants_.end() ? chat.tenant : "\"" + name->second + "\"";
    return skip_chat(chat, line.number, "its tenant is none of ours",
                     "tenant_id: " + called + " is none of our tenants");
  }
  const ChatFacts facts = facts_of(chat, *tenant);
  if (!staging_.claim("key " + tenant->value + "\n" + chat.external_id)) {
    return skip_chat(chat, line.number, "another chat has its unipile_chat_id");
  }
  if (must(database_->is_there(facts))) return count_as_there(std::move(chat));
  if (must(database_->exists(facts))) {
    return skip_chat(chat, line.number, "another chat in the database has its _id or its unipile_chat_id");
  }
  const OldConversation old = gather(std::move(chat), line.number);
  const Surroundings around{*tenant, tenants_.policy_of(*tenant), users_, exported_at_, now_};
  keep(convert(old, around), line.number);
}

void Import::skip_chat(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail) {
  report_.skipped(Subject::chats, reason, {name_of(files_.chats), line, detail.empty() ? reason : detail});
  report_.skipped_with(Subject::sessions, "of a chat that was skipped", staging_.count_of(Kind::session, chat.id));
  report_.skipped_with(Subject::messages, "of a chat that was skipped", staging_.count_of(Kind::message, chat.id));
}

/// Brought by an import before this one, with all that belongs to it.
void Import::count_as_there(OldChat chat) {
  ++report_.of(Subject::chats).already_there;
  const OldConversation old = gather(std::move(chat), 0);
  report_.of(Subject::sessions).already_there += old.sessions.size();
  report_.of(Subject::messages).already_there += old.messages.size();
}

/// What says that it is another tenant's stays out: nobody may read it here.
OldConversation Import::gather(OldChat chat, std::uint64_t line) {
  OldConversation old;
  const std::string id = chat.id;
  const std::string tenant = chat.tenant;
  old.chat = {line, std::move(chat)};
  const auto is_foreign = [&](const std::string& its_tenant, Subject subject, const std::string& path,
                              std::uint64_t number) {
    if (its_tenant.empty() || its_tenant == tenant) return false;
    report_.skipped(subject, "of another tenant than its chat",
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

void Import::keep(Converted converted, std::uint64_t line) {
  const std::string chats = name_of(files_.chats);
  const std::string sessions = name_of(files_.sessions);
  const std::string messages = name_of(files_.messages);
  const auto note_all = [this](const std::string& file, const std::vector<Remark>& remarks) {
    for (const Remark& remark : remarks) report_.note({file, remark.line, remark.text});
  };
  note_all(chats, converted.chat_notes);
  note_all(sessions, converted.session_notes);
  note_all(messages, converted.message_notes);
  for (const Remark& left : converted.left_sessions) {
    report_.skipped(Subject::sessions, "was there before", {sessions, left.line, left.text});
  }
  for (const Remark& left : converted.left_messages) {
    report_.skipped(Subject::messages, "was there before", {messages, left.line, left.text});
  }
  for (const auto& user : converted.unknown_users) {
    if (!unknown_users_.insert(user).second) continue;
    report_.note({chats, line, "user " + user + " is in no file of users; the old id was kept"});
  }
  if (converted.ended_by_silence) {
    report_.note({chats, line, "its session was silent for too long before the export; resolved as timeout"});
  }
  ++report_.of(Subject::chats).imported;
  report_.of(Subject::sessions).imported += converted.chat.sessions.size();
  report_.of(Subject::messages).imported += converted.chat.messages.size();
  batch_messages_ += converted.chat.messages.size();
  batch_.push_back(std::move(converted.chat));
  if (batch_.size() >= kChatsAtOnce || batch_messages_ >= kMessagesAtOnce) flush();
}

void Import::flush() {
  must(database_->store(batch_));
  batch_.clear();
  batch_messages_ = 0;
}

void Import::report_orphans(Kind kind, Subject subject, const std::string& path) {
  staging_.each_orphan(kind, [&](const StagedLine& line) {
    report_.skipped(subject, "its chat is not in the export",
                    {name_of(path), line.number, "chat_id: no such chat in the export"});
  });
}

void Import::progress(const std::string& what, std::uint64_t count) {
  constexpr std::uint64_t kLookEvery = 256;
  if (!options_.progress || count % kLookEvery != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < std::chrono::seconds(1)) return;
  told_ = now;
  options_.progress(what + " " + std::to_string(count));
}

}  // namespace

ExportFiles files_in(const std::string& folder) {
  const auto find = [&folder](const std::string& name) {
    for (const char* ending : {".ndjson", ".jsonl", ".json"}) {
      const auto path = std::filesystem::path(folder) / (name + ending);
      if (std::filesystem::is_regular_file(path)) return path.string();
    }
    return std::string();
  };
  return {find("tenants"),       find("agents"),           find("users"),
          find("whatsappchats"), find("whatsappsessions"), find("whatsappmessages")};
}

Report run_import(const Config& config, const ImportOptions& options, Instant now) {
  if (options.files.chats.empty()) throw ConfigError("import: no file of chats; give --dir or --chats");
  return Import(config, options, now).run();
}

}  // namespace sessioncore::server::importing
