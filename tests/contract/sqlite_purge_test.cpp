// Retention: what is finished and old goes, what anybody may still need stays, and the log can still be proved.
#include "scratch_folder.hpp"
#include "sqlite_support.hpp"
#include "support/past.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/agent_conversations.hpp>
#include <sessioncore/sqlite/log.hpp>
#include <sessioncore/sqlite/notifications.hpp>
#include <sessioncore/sqlite/purge.hpp>

using namespace sessioncore;
using contract::must;
using contract::ScratchFolder;
using test_support::Past;

namespace {

constexpr Instant kNow{1'790'000'000'000};
constexpr auto kDay = std::chrono::hours(24);

sqlite::PurgeOptions older_than(int days) {
  sqlite::PurgeOptions options;
  options.now = kNow;
  options.older_than = kDay * days;
  return options;
}

std::int64_t number(const std::filesystem::path& file, const std::string& query) {
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  return database.execAndGet(query).getInt64();
}

// The first column of all rows, in its order.
std::string list(const std::filesystem::path& file, const std::string& query) {
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(database, query);
  std::string all;
  while (rows.executeStep()) all += (all.empty() ? "" : " ") + rows.getColumn(0).getString();
  return all;
}

// A report about a conversation with the agent; linked: a session has taken that up.
void report(const std::filesystem::path& file, const std::string& id, int days_ago, const std::string& tenant = {}) {
  sqlite::AgentConversation report;
  report.conversation_id = id;
  report.tenant = TenantId(tenant);
  report.transcript = R"([{"role":"user","message":"text"}])";
  report.told_at = report.received_at = kNow - kDay * days_ago;
  const auto table = must(sqlite::SqliteAgentConversations::open(file));
  (void)must(table->store(report));
}

void take_up(const std::filesystem::path& file, const std::string& conversation, int chat, int session) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
  database.exec("INSERT INTO agent_conversation_sessions VALUES ('" + conversation + "', (" + std::to_string(chat) +
                " << 32) + " + std::to_string(session) + ")");
}

std::string texts(const std::filesystem::path& file) {
  return list(file, "SELECT provider_id FROM messages ORDER BY id");
}

constexpr const char* kReports = "SELECT conversation_id FROM agent_conversations ORDER BY conversation_id";
constexpr const char* kLinks = "SELECT conversation_id FROM agent_conversation_sessions ORDER BY conversation_id";

// "chat: decisions from first, equal", for every chat.
std::string proofs(const std::filesystem::path& file) {
  const auto log = must(sqlite::SqliteLog::open(file));
  std::string all;
  for (const ChatFacts& chat : must(log->chats({}, {}, 100))) {
    const auto replayed = must(log->replay(chat.id));
    all += chat.key.external_id + ": " + std::to_string(replayed->decisions) + " from " +
           std::to_string(replayed->first) + (replayed->difference ? ", " + replayed->difference->detail : "") + "; ";
  }
  return all;
}

// A file that is months old, with the engine that wrote it still running.
struct OldFile {
  ScratchFolder folder;
  const std::filesystem::path file = folder.fresh();
  Past past{file, kNow};
};

// Two sessions that are over, 100 and 50 days ago, and one that began 2 days ago.
void three_sessions(Past& past, const std::string& chat, const std::string& tenant = "clinic") {
  for (const int days : {100, 50}) {
    past.days_ago(days);
    past.contact(chat, chat + std::to_string(days), tenant);
    past.phone(chat, chat + std::to_string(days) + "p", tenant);
  }
  past.days_ago(2);
  past.contact(chat, chat + "2", tenant);
}

}  // namespace

TEST_CASE_FIXTURE(
    OldFile,
    "purge: sessions that ended before the limit go, with messages and decisions, and the rest is proved as before") {
  three_sessions(past, "a");
  const auto before = must(past.store->load(ChatId("chat1")))->state;

  auto dry = older_than(90);
  dry.dry_run = true;
  const auto would = must(sqlite::purge(file, dry)).at(TenantId("clinic"));
  CHECK(texts(file) == "a100 a100p a50 a50p a2");
  CHECK(proofs(file) == "a: 5 from 0; ");

  const auto gone = must(sqlite::purge(file, older_than(90))).at(TenantId("clinic"));
  for (const auto& counts : {would, gone}) {
    CHECK(counts.chats == 1);
    CHECK(counts.decisions == 2);
    CHECK(counts.messages == 2);
    CHECK(counts.sessions == 1);
  }
  CHECK(texts(file) == "a50 a50p a2");
  CHECK(number(file, "SELECT count(*) FROM sessions") == 2);
  CHECK(number(file, "SELECT count(*) FROM decisions") == 3);
  CHECK(proofs(file) == "a: 3 from 2; ");
  CHECK(must(past.store->load(ChatId("chat1")))->state == before);
  CHECK(must(sqlite::purge(file, older_than(90))).empty());
}

TEST_CASE_FIXTURE(OldFile,
                  "purge: a chat whose last session is over for long loses everything but itself, its preview too") {
  past.days_ago(100);
  past.contact("a", "m1");
  past.phone("a", "m2");
  CHECK(number(file, "SELECT last_message_preview <> '' FROM chats") == 1);
  (void)must(sqlite::purge(file, older_than(90)));
  CHECK(texts(file).empty());
  CHECK(number(file, "SELECT count(*) FROM sessions") == 0);
  CHECK(number(file, "SELECT count(*) FROM decisions") == 0);
  CHECK(number(file, "SELECT last_message_preview <> '' FROM chats") == 0);
  CHECK(proofs(file) == "a: 0 from 2; ");
  // Numbers go on from the state; nothing that comes is refused.
  past.days_ago(0);
  CHECK(past.contact("a", "m3") == ChatId("chat1"));
  CHECK(number(file, "SELECT number FROM messages") == 3);
  CHECK(number(file, "SELECT number FROM decisions") == 2);
  CHECK(proofs(file) == "a: 1 from 2; ");
}

TEST_CASE_FIXTURE(OldFile, "purge: an open session keeps all of itself, however old") {
  past.days_ago(200);
  past.contact("a", "old");
  past.phone("a", "old answer");
  past.days_ago(100);
  past.contact("a", "m1");
  past.must("a", TakeOver{UserId("ada"), false});
  past.days_ago(1);
  past.contact("a", "m2");
  const auto gone = must(sqlite::purge(file, older_than(90))).at(TenantId("clinic"));
  CHECK(gone.messages == 2);
  CHECK(gone.sessions == 1);
  CHECK(texts(file) == "m1 m2");
  CHECK(proofs(file) == "a: 3 from 2; ");
}

TEST_CASE_FIXTURE(OldFile, "purge: the text of a send that is still under way stays, and goes once that is over") {
  past.days_ago(100);
  past.contact("a", "m1");
  past.must("a", SendText{UserId("ada"), "kept until the account is back", false});  // ends the session
  (void)past.give("a", SendFailed{{2, 1}, SendFailure::disconnected, ""});
  const auto gone = must(sqlite::purge(file, older_than(90))).at(TenantId("clinic"));
  CHECK(gone.messages == 1);
  CHECK(number(file, "SELECT number FROM messages") == 2);
  past.days_ago(1);
  const auto due = past.engine->run_due();
  REQUIRE(due.has_value());
  REQUIRE(past.channel_port.sent.size() == 2);
  CHECK(past.channel_port.sent.back().second == "kept until the account is back");
  past.must("a", SendSucceeded{{2, 2}, {}, {}});  // this channel does not tell the id
  CHECK(proofs(file).find(", ") == std::string::npos);
  (void)must(sqlite::purge(file, older_than(90)));
  CHECK(number(file, "SELECT count(*) FROM messages") == 0);
  // The echo comes at last: the send is known, its message is not.
  SelfMessage echo;
  echo.provider_id = ProviderMessageId("out");
  echo.text = "kept until the account is back";
  const auto reply = past.give("a", echo);
  REQUIRE(reply.has_value());
  CHECK(number(file, "SELECT count(*) FROM messages") == 0);  // nobody takes it for a person's message
  CHECK(proofs(file).find(", ") == std::string::npos);
}

TEST_CASE_FIXTURE(OldFile, "purge: a running engine that remembers chats goes on as if nothing had happened") {
  for (const char* chat : {"a", "bb", "ccc"}) three_sessions(past, chat);
  (void)must(sqlite::purge(file, older_than(30)));
  CHECK(texts(file) == "a2 bb2 ccc2");
  past.days_ago(1);
  for (const char* chat : {"a", "bb", "ccc"}) {
    past.contact(chat, std::string(chat) + "1");
    past.must(chat, TakeOver{UserId("ada"), false});
    past.must(chat, SendText{UserId("ada"), "hello", false});
    MessageEdited edit;  // of a message that is purged
    edit.provider_id = ProviderMessageId(std::string(chat) + "50");
    edit.text = "another text";
    const auto reply = past.give(chat, edit);
    REQUIRE(reply.has_value());
    CHECK(reply->outcome.reason == Reason::unknown_message);
  }
  CHECK(proofs(file) == "a: 5 from 4; bb: 5 from 4; ccc: 5 from 4; ");
}

TEST_CASE_FIXTURE(OldFile, "purge: by tenant, and never younger than a provider may deliver again") {
  three_sessions(past, "a");
  three_sessions(past, "bb", "hotel");
  auto only = older_than(90);
  only.tenant = TenantId("hotel");
  const auto report = must(sqlite::purge(file, only));
  CHECK(report.size() == 1);
  CHECK(report.count(TenantId("hotel")) == 1);
  CHECK(texts(file) == "a100 a100p a50 a50p a2 bb50 bb50p bb2");

  auto young = older_than(7);
  young.older_than -= Duration(1);
  const auto refused = sqlite::purge(file, young);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  const auto absent = sqlite::purge(folder.path("absent.db"), older_than(90));
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().code == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(folder.path("absent.db")));
}

TEST_CASE_FIXTURE(OldFile, "purge: many rows in small transactions, and ended halfway it can be done again") {
  past.days_ago(100);
  for (int n = 0; n < 60; ++n) past.contact("a", "m" + std::to_string(n));
  past.phone("a", "p");
  past.days_ago(1);
  past.contact("a", "new");
  // As if a purge had ended after it had told where the log begins.
  {
    auto options = older_than(90);
    options.rows_max = 7;
    (void)must(sqlite::purge(file, options));
  }
  CHECK(texts(file) == "new");
  CHECK(proofs(file) == "a: 1 from 61; ");
}

TEST_CASE_FIXTURE(OldFile, "purge: empty chats go on request, and a running engine takes what comes as a new chat") {
  past.days_ago(100);
  past.contact("a", "m1");
  past.phone("a", "m2");
  three_sessions(past, "bb");
  auto options = older_than(90);
  options.delete_empty_chats = true;
  options.dry_run = true;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).empty_chats == 1);
  options.dry_run = false;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).empty_chats == 1);
  CHECK(number(file, "SELECT count(*) FROM chats") == 1);
  CHECK(number(file, "SELECT count(*) FROM origins") == 1);

  past.days_ago(1);
  ContactMessage message;
  message.provider_id = ProviderMessageId("m3");
  message.text = "again";
  const auto first = past.give("a", message);  // the engine remembers the chat that is gone
  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().code == ErrorCode::conflict);
  const auto again = past.give("a", message);
  REQUIRE(again.has_value());
  CHECK(again->chat != ChatId("chat1"));
  CHECK(again->outcome.message == 1);
  CHECK(proofs(file).find(", ") == std::string::npos);
}

TEST_CASE_FIXTURE(OldFile, "purge: reports of agent conversations go with their sessions, the others by age") {
  three_sessions(past, "a");
  three_sessions(past, "bb", "hotel");
  // Of the first chat, session by session; the first session had two conversations, one of them not reported.
  report(file, "a1", 100);
  report(file, "a2", 95);  // long ago, but its session stays
  report(file, "a3", 2);
  take_up(file, "a1", 1, 1);
  take_up(file, "a1 unreported", 1, 1);
  take_up(file, "a2", 1, 2);
  take_up(file, "a3", 1, 3);
  report(file, "b1", 100);
  take_up(file, "b1", 2, 1);
  for (const int days : {100, 99, 98, 50}) report(file, "clinic" + std::to_string(days), days, "clinic");
  report(file, "hotel100", 100, "hotel");
  report(file, "nobody100", 100);
  const std::string all = list(file, kReports);

  auto options = older_than(90);
  options.rows_max = 2;
  options.tenant = TenantId("clinic");
  options.dry_run = true;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).reports == 4);
  CHECK(list(file, kReports) == all);
  options.dry_run = false;
  const auto report_of_one = must(sqlite::purge(file, options));
  CHECK(report_of_one.size() == 1);
  CHECK(report_of_one.at(TenantId("clinic")).reports == 4);
  CHECK(list(file, kReports) == "a2 a3 b1 clinic50 hotel100 nobody100");
  CHECK(list(file, kLinks) == "a2 a3 b1");

  options.tenant = {};
  const auto rest = must(sqlite::purge(file, options));
  CHECK(rest.size() == 2);
  CHECK(rest.at(TenantId("hotel")).reports == 2);
  CHECK(rest.at(TenantId()).reports == 1);
  CHECK(list(file, kReports) == "a2 a3 clinic50");
  CHECK(list(file, kLinks) == "a2 a3");
  CHECK(must(sqlite::purge(file, options)).empty());
}

TEST_CASE_FIXTURE(OldFile, "purge: with a chat its links to conversations go, so that no later chat gets them") {
  past.days_ago(100);
  past.contact("a", "m1");
  past.phone("a", "m2");
  take_up(file, "late", 1, 7);
  report(file, "late", 1);
  auto options = older_than(90);
  options.delete_empty_chats = true;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).empty_chats == 1);
  CHECK(list(file, kLinks).empty());
  CHECK(list(file, kReports).empty());
  CHECK(number(file, "SELECT count(*) FROM origins") == 0);
}

TEST_CASE("purge: old notifications go, but never what is still to be delivered") {
  ScratchFolder folder;
  const auto file = folder.fresh();
  {
    const auto table = must(sqlite::SqliteNotifications::open(file));
    const auto add = [&](const std::string& detail, int days, const std::string& tenant, bool settled) {
      const Instant at = kNow - kDay * days;
      const auto added = must(table->add({TenantId(tenant), AccountId("acc_1"), "account_connected", detail, at}));
      if (settled) must(table->mark_delivered(added.id, at));
    };
    for (const int days : {100, 99, 98, 97, 91}) add("old" + std::to_string(days), days, "clinic", true);
    add("pending", 100, "clinic", false);
    add("young", 89, "clinic", true);
    add("theirs", 100, "hotel", true);
  }
  constexpr const char* kDetails = "SELECT detail FROM notifications ORDER BY row";
  auto options = older_than(90);
  options.rows_max = 2;
  options.tenant = TenantId("clinic");
  options.dry_run = true;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).notifications == 5);
  CHECK(number(file, "SELECT count(*) FROM notifications") == 8);
  options.dry_run = false;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).notifications == 5);
  CHECK(list(file, kDetails) == "pending young theirs");
  options.tenant = {};
  CHECK(must(sqlite::purge(file, options)).at(TenantId("hotel")).notifications == 1);
  CHECK(list(file, kDetails) == "pending young");
}

TEST_CASE_FIXTURE(OldFile, "purge: a log that does not replay is left alone, unless it is to go all the same") {
  three_sessions(past, "a");
  three_sessions(past, "bb");
  {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec("UPDATE decisions SET phase_after = 2 WHERE chat = 1 AND number = 1");
  }
  auto options = older_than(90);
  const auto counts = must(sqlite::purge(file, options)).at(TenantId("clinic"));
  CHECK(counts.unprovable == 1);
  CHECK(counts.chats == 1);
  CHECK(texts(file) == "a100 a100p a50 a50p a2 bb50 bb50p bb2");
  options.drop_unprovable = true;
  CHECK(must(sqlite::purge(file, options)).at(TenantId("clinic")).messages == 2);
  CHECK(texts(file) == "a50 a50p a2 bb50 bb50p bb2");
}

TEST_CASE("purge: vacuum makes the file smaller and loses nothing") {
  ScratchFolder folder;
  const auto file = folder.fresh();
  {
    Past past(file, kNow);
    past.days_ago(100);
    for (int n = 0; n < 150; ++n) past.contact("a", "m" + std::to_string(n));
    past.phone("a", "p");
    past.days_ago(1);
    past.contact("a", "new");
  }
  (void)must(sqlite::purge(file, older_than(90)));
  const auto before = std::filesystem::file_size(file);
  must(sqlite::vacuum(file));
  CHECK(std::filesystem::file_size(file) < before);
  CHECK(texts(file) == "new");
  CHECK(proofs(file) == "a: 1 from 151; ");
}
