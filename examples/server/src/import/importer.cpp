#include "import/importer.hpp"

#include "import/convert.hpp"
#include "import/fields.hpp"
#include "import/lines.hpp"
#include "import/staging.hpp"
#include "import/tenant_map.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace sessioncore::server::importing {

namespace {

// A transaction is full when it has this many of either.
constexpr std::size_t kChatsAtOnce = 200;
constexpr std::size_t kMessagesAtOnce = 20'000;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("database: " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

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
  void stage();
  void see(std::optional<Instant> at);
  void take_chat(const StagedLine& line);
  void skip_chat(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail = "");
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
  std::map<std::string, std::string> users_;
  std::set<std::string> unknown_users_;
  std::vector<OldAgent> agents_;
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
  for (const auto& [ours, old_id] : options.tenants) {
    if (!tenants_.add(ours, old_id)) throw ConfigError("--tenant: there is no tenant " + ours.value);
  }
}

Report Import::run() {
  read_people();
  read_tenants();
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
  each_line(Subject::agents, files_.agents, [this](const std::string& line, std::uint64_t) {
    agents_.push_back(read_agent(line));
    ++report_.of(Subject::agents).imported;
  });
  each_line(Subject::users, files_.users, [this](const std::string& line, std::uint64_t) {
    OldUser user = read_user(line);
    users_[user.id] = std::move(user.email);
    ++report_.of(Subject::users).imported;
  });
}

void Import::read_tenants() {
  each_line(Subject::tenants, files_.tenants,
            [this](const std::string& line, std::uint64_t number) { take_tenant(read_tenant(line), number); });
}

void Import::take_tenant(const OldTenant& tenant, std::uint64_t number) {
  const std::string file = name_of(files_.tenants);
  if (const auto ours = tenants_.add(tenant)) {
    ++report_.of(Subject::tenants).imported;
    const std::string about = tenants_.about_agent(*ours, tenant);
    if (!about.empty()) report_.note({file, number, about});
    return;
  }
  if (!options_.create_tenants) {
    unknown_tenants_[tenant.id] = tenant.name;
    const std::string what = "\"" + tenant.name + "\" is none of our tenants; see --tenant and --create-tenants";
    return report_.skipped(Subject::tenants, "none of our tenants", {file, number, what});
  }
  const sqlite::Tenant created = created_tenant(tenant, agents_);
  (void)must(database_->create_tenant_if_absent(created));
  tenants_.add_created(created);
  ++report_.of(Subject::tenants).imported;
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
  const auto tenant = tenants_.of_chat(chat);
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
  if (must(database_->exists(facts))) return skip_chat(chat, line.number, "is in the database already");
  const OldConversation old = gather(std::move(chat), line.number);
  const Surroundings around{*tenant, tenants_.policy_of(*tenant), users_, exported_at_, now_};
  keep(convert(old, around), line.number);
}

void Import::skip_chat(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail) {
  report_.skipped(Subject::chats, reason, {name_of(files_.chats), line, detail.empty() ? reason : detail});
  report_.skipped_with(Subject::sessions, "of a chat that was skipped", staging_.count_of(Kind::session, chat.id));
  report_.skipped_with(Subject::messages, "of a chat that was skipped", staging_.count_of(Kind::message, chat.id));
}

OldConversation Import::gather(OldChat chat, std::uint64_t line) {
  OldConversation old;
  const std::string id = chat.id;
  old.chat = {line, std::move(chat)};
  staging_.each_of(Kind::session, id, [&](const StagedLine& staged) {
    old.sessions.push_back({staged.number, read_session(staged.text)});
  });
  staging_.each_of(Kind::message, id, [&](const StagedLine& staged) {
    old.messages.push_back({staged.number, read_message(staged.text)});
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
