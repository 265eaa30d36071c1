// Reports about agents' conversations: one row each, found by the session that took the conversation up.
#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/agent_conversations.hpp>
#include <sessioncore/sqlite/migrate.hpp>
#include <sessioncore/sqlite/reader.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::commit_of;
using contract::must;

namespace sessioncore::sqlite {
extern const char kMigration0001[];
extern const char kMigration0002[];
}  // namespace sessioncore::sqlite

namespace {

const TenantId kClinic("clinic");
const TenantId kHotel("hotel");

AgentConversation report(const std::string& id, std::int64_t told_at = 1000) {
  AgentConversation report;
  report.conversation_id = id;
  report.agent_id = "agent_1";
  report.status = "done";
  report.told_at = {told_at};
  report.received_at = {told_at + 5};
  return report;
}

SessionChanged session(std::uint32_t number, const std::string& conversation) {
  SessionChanged session;
  session.number = number;
  session.agent_conversation_id = conversation;
  return session;
}

struct Fixture {
  contract::ScratchFolder folder;
  std::filesystem::path path = folder.fresh();
  std::unique_ptr<SqliteStore> store = contract::opened(path);
  std::unique_ptr<SqliteAgentConversations> reports = must(SqliteAgentConversations::open(path));
  std::unique_ptr<SqliteReader> reader = must(SqliteReader::open(path));
  std::uint64_t version = 0;

  void put(const SessionChanged& session, const std::string& chat = "chat") {
    must(contract::store(*store, commit_of(chat, version++, {session})));
  }
  std::vector<std::string> of_chat(const TenantId& tenant, PageRequest page = {}) {
    std::vector<std::string> ids;
    const auto found = must(reader->agent_conversations(tenant, ChatId("chat"), page));
    REQUIRE(found.has_value());
    for (const auto& row : found->rows) ids.push_back(row.conversation_id);
    return ids;
  }
  std::optional<AgentConversationRow> find(const TenantId& tenant, const std::string& id) {
    return must(reader->agent_conversation(tenant, id));
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite agent conversations: a report is kept once, and completed by later ones") {
    Fixture on;
    AgentConversation first = report("c1");
    first.tenant = kClinic;
    first.summary = "short";
    CHECK(must(on.reports->store(first)) == Reported::added);
    AgentConversation again = first;
    again.received_at = {99'999};
    CHECK(must(on.reports->store(again)) == Reported::unchanged);

    AgentConversation later = report("c1", 2000);
    later.summary = "long";
    later.transcript = "[1]";
    later.duration_seconds = 7;
    CHECK(must(on.reports->store(later)) == Reported::updated);
    CHECK(must(on.reports->store(first)) == Reported::unchanged);
    AgentConversation empty_later = report("c1", 3000);
    CHECK(must(on.reports->store(empty_later)) == Reported::updated);
    AgentConversation late = report("c1", 1500);
    late.summary = "old";
    late.started_at = Instant{500};
    CHECK(must(on.reports->store(late)) == Reported::updated);

    const auto row = on.find(kClinic, "c1");
    REQUIRE(row.has_value());
    CHECK(row->summary == "long");
    CHECK(row->transcript == "[1]");
    CHECK(row->duration_seconds == 7);
    CHECK(row->started_at == Instant{500});
    CHECK(row->told_at == Instant{3000});
    CHECK(row->received_at == first.received_at);
    CHECK_FALSE(row->chat.has_value());
    CHECK(on.reports->store(report("")).error().code == ErrorCode::invalid_argument);
  }

  TEST_CASE("sqlite agent conversations: a session finds its reports, whichever came first") {
    Fixture on;
    must(on.reports->store(report("early")));
    on.put(session(1, ""));
    on.put(session(1, "early"));
    on.put(session(1, "later"));  // the first conversation had lasted too long
    on.put(session(1, "later"));
    on.put(session(2, "next"));
    CHECK(on.of_chat(kClinic) == Ids{"early"});
    must(on.reports->store(report("next")));
    must(on.reports->store(report("later")));
    must(on.reports->store(report("of nobody")));
    CHECK(on.of_chat(kClinic) == Ids{"next", "later", "early"});
    CHECK(on.of_chat(kClinic, {2, 2}) == Ids{"early"});
    const auto row = on.find(kClinic, "later");
    REQUIRE(row.has_value());
    CHECK(row->chat == ChatId("chat"));
    CHECK(row->session == 1);
    CHECK(must(on.reader->agent_conversations(kClinic, ChatId("chat"), {}))->total == 3);
  }

  TEST_CASE("sqlite agent conversations: the chat's tenant counts, then the agent's, then nobody's") {
    Fixture on;
    on.put(session(1, "linked"));
    AgentConversation linked = report("linked");
    linked.tenant = kHotel;  // both tenants share the agent
    must(on.reports->store(linked));
    AgentConversation by_agent = report("by agent");
    by_agent.tenant = kHotel;
    must(on.reports->store(by_agent));
    must(on.reports->store(report("of nobody")));
    CHECK(on.find(kClinic, "linked").has_value());
    CHECK_FALSE(on.find(kHotel, "linked").has_value());
    CHECK(on.find(kHotel, "by agent").has_value());
    CHECK_FALSE(on.find(kClinic, "by agent").has_value());
    CHECK_FALSE(on.find(kClinic, "of nobody").has_value());
    CHECK_FALSE(on.find(TenantId(""), "of nobody").has_value());
    CHECK_FALSE(must(on.reader->agent_conversations(kHotel, ChatId("chat"), {})).has_value());
  }

  TEST_CASE("sqlite agent conversations: the first session keeps a conversation, and repeats write nothing") {
    Fixture on;
    on.put(session(1, "c1"));
    on.put(session(2, "c1"));
    must(on.reports->store(report("c1")));
    CHECK(on.find(kClinic, "c1")->session == 1);
    SQLite::Database raw(on.path.string(), SQLite::OPEN_READWRITE);
    // The way of the outer statement must not reach into the trigger: it would write a row with every message.
    raw.exec("CREATE TABLE noted (n INTEGER)");
    raw.exec("CREATE TRIGGER note AFTER INSERT ON agent_conversation_sessions BEGIN INSERT INTO noted VALUES (1); END");
    on.put(session(1, "c1"));
    on.put(session(1, "c2"));
    on.put(session(1, "c2"));
    CHECK(raw.execAndGet("SELECT count(*) FROM noted").getInt() == 1);
  }

  TEST_CASE("sqlite agent conversations: sessions of an older file are found, too") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    {
      SQLite::Database raw(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      raw.exec(kMigration0001);
      raw.exec(kMigration0002);
      raw.exec("PRAGMA application_id = 1936028515; PRAGMA user_version = 2");
      raw.exec(
          "INSERT INTO chats VALUES (1, 'chat', 'clinic', 'channel', 'external', 'account', '', '', 0, 1, 0, 0, 1, 0,"
          " 1, 0, 0, '', 0, NULL, 0, '{}')");
      raw.exec("INSERT INTO sessions VALUES (4294967297, 0, 0, NULL, NULL, NULL, NULL, NULL, 'old', NULL, NULL, 0, 0)");
    }
    CHECK(must(migrate(path)).to == schema_version());
    must(must(SqliteAgentConversations::open(path))->store(report("old")));
    auto reader = must(SqliteReader::open(path));
    CHECK(must(reader->agent_conversation(kClinic, "old"))->chat == ChatId("chat"));
  }
}
