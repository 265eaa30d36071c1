// What people see of chats: lists, pages, counts, and the modes of S10.
#include "sqlite_support.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/reader.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::commit_of;
using contract::message;
using contract::must;
using contract::opened;

namespace {

const TenantId kClinic("clinic");

struct Fixture {
  contract::ScratchFolder folder;
  std::filesystem::path path = folder.fresh();
  Options options = [] {
    Options quick;
    quick.synchronous = Synchronous::normal;
    return quick;
  }();
  std::unique_ptr<SqliteStore> store = opened(path, options);
  std::unique_ptr<SqliteReader> reader = must(SqliteReader::open(path));

  void put(const Commit& commit) { must(contract::store(*store, commit)); }
  void put(const std::string& chat, const PhaseData& phase, bool closed = false) {
    Commit commit = commit_of(chat, 0);
    commit.state.phase = phase;
    commit.state.closed = closed;
    put(commit);
  }
  std::vector<std::string> list(const ChatFilter& filter, PageRequest page = {}) {
    std::vector<std::string> ids;
    for (const ChatRow& row : must(reader->list_chats(kClinic, filter, page)).rows) ids.push_back(row.facts.id.value);
    return ids;
  }
  std::vector<std::string> search(const std::string& text) { return list({ChatMode::all, text}); }
};

using Ids = std::vector<std::string>;

/// One chat in each situation of S10.
void put_every_mode(Fixture& on) {
  on.put("none", std::monostate());
  on.put("none closed", std::monostate(), true);
  on.put("waiting", Waiting{{1}});
  on.put("ai", AiActive{});
  on.put("queued", Queued{});
  on.put("human", HumanActive{UserId("ada"), {7}});
  on.put("phone", HumanActive{std::nullopt, {7}});
  on.put("resolved", Resolved{});
  on.put("resolved closed", Resolved{}, true);
  Commit other = commit_of("elsewhere", 0, {message(1, "one")});
  other.facts.key.tenant = TenantId("other");
  other.state.phase = AiActive{};
  on.put(other);
}

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite reader: filtering by mode agrees with the core's view of each state") {
    Fixture on;
    put_every_mode(on);
    const auto wanted = [&](ChatMode mode, const ChatView& view) {
      switch (mode) {
        case ChatMode::all: return true;
        case ChatMode::ai: return view.mode == Mode::ai;
        case ChatMode::human: return view.mode == Mode::human;
        case ChatMode::closed: return view.mode == Mode::closed;
        case ChatMode::queued: return view.session_status == SessionStatus::queued;
      }
      return false;
    };
    const auto all = must(on.reader->list_chats(kClinic, {}, {1, 100}));
    CHECK(all.total == 9);
    REQUIRE(all.rows.size() == 9);
    for (const ChatMode mode : {ChatMode::all, ChatMode::ai, ChatMode::human, ChatMode::closed, ChatMode::queued}) {
      CAPTURE(static_cast<int>(mode));
      Ids expected;
      for (const ChatRow& row : all.rows) {
        CHECK(row.view == view_of(row.state));
        if (wanted(mode, row.view)) expected.push_back(row.facts.id.value);
      }
      CHECK_FALSE(expected.empty());
      CHECK(on.list({mode, ""}, {1, 100}) == expected);
      CHECK(must(on.reader->list_chats(kClinic, {mode, ""}, {1, 1})).total == expected.size());
    }
  }

  TEST_CASE("sqlite reader: stats count as S9.3 says") {
    Fixture on;
    CHECK(must(on.reader->stats(kClinic)) == Stats{});
    put_every_mode(on);
    Commit talk = commit_of("ai", 1, {message(1, "one"), message(2, "two")});
    talk.state.phase = AiActive{};
    talk.state.message_count = 2;
    on.put(talk);
    Stats wanted;
    wanted.total_chats = 9;
    wanted.ai_chats = 1;
    wanted.human_chats = 4;  // waiting, queued, claimed, from the phone
    wanted.closed_chats = 2;
    wanted.waiting_chats = 1;
    wanted.queued_chats = 1;
    wanted.total_messages = 2;
    CHECK(must(on.reader->stats(kClinic)) == wanted);
    CHECK(must(on.reader->stats(TenantId("other"))).total_chats == 1);
    CHECK(must(on.reader->stats(TenantId("nobody"))) == Stats{});
  }

  TEST_CASE("sqlite reader: chats come with the latest message first, in pages") {
    Fixture on;
    for (const char* chat : {"a", "b", "c", "d", "e"}) on.put(commit_of(chat, 0));
    MessageRecorded late = message(1, "late");
    late.received_at = {9000};
    on.put(commit_of("b", 1, {late}));
    on.put(commit_of("d", 1, {message(1, "early")}));
    CHECK(on.list({}) == Ids{"b", "d", "e", "c", "a"});
    CHECK(on.list({}, {1, 2}) == Ids{"b", "d"});
    CHECK(on.list({}, {2, 2}) == Ids{"e", "c"});
    CHECK(on.list({}, {3, 2}) == Ids{"a"});
    CHECK(on.list({}, {4, 2}).empty());
    CHECK(on.list({}, {~0ULL, 50}).empty());
    CHECK(on.list({}, {0, 2}) == Ids{"b", "d"});
    CHECK(must(on.reader->list_chats(kClinic, {}, {9, 2})).total == 5);
  }

  TEST_CASE("sqlite reader: a chat shows its latest message") {
    Fixture on;
    on.options.preview_chars = 5;
    on.store = opened(on.path, on.options);
    const auto row = [&] { return *must(on.reader->chat(kClinic, ChatId("a"))); };
    Commit created = commit_of("a", 0);
    created.facts.created_at = {77};
    on.put(created);
    CHECK(row().last_message_preview.empty());
    CHECK(row().last_message_at == Instant{77});
    on.put(commit_of("a", 1, {message(1, "Gr\xC3\xBC\xC3\x9F dich")}));
    CHECK(row().last_message_preview == "Gr\xC3\xBC\xC3\x9F ");
    CHECK(row().last_message_at == Instant{5001});
    CHECK(row().updated_at == Instant{1001});

    MessageRecorded suppressed = message(2, "kept back");
    suppressed.delivery = Delivery::suppressed;
    on.put(commit_of("a", 2, {suppressed}));
    CHECK(row().last_message_preview == "Gr\xC3\xBC\xC3\x9F ");

    MessageUpdated edited;
    edited.number = 1;
    edited.text = "new text";
    on.put(commit_of("a", 3, {edited}));
    CHECK(row().last_message_preview == "new t");
    edited.number = 2;
    edited.text = "other";
    on.put(commit_of("a", 4, {edited}));
    CHECK(row().last_message_preview == "new t");
    MessageUpdated deleted;
    deleted.number = 1;
    deleted.deleted = true;
    on.put(commit_of("a", 5, {deleted}));
    CHECK(row().last_message_preview.empty());
    CHECK(row().last_message_at == Instant{5001});
  }

  TEST_CASE("sqlite reader: a message that arrives late stands where it was written, in pages and previews") {
    Fixture on;
    // When the messages 1 to 9 were written; in that order they are 2 7 4 3 5 8 1 6 9.
    const std::int64_t written[] = {60, 10, 40, 30, 40, 60, 20, 50, 70};
    const auto late = [&](MessageNumber number) {
      MessageRecorded record = message(number, std::to_string(number));
      record.provider_time = {written[number - 1] * 1000};
      return record;
    };
    const auto shown = [&] {
      const ChatRow row = *must(on.reader->chat(kClinic, ChatId("a")));
      return row.last_message_preview + " " + std::to_string(row.last_message_at.ms);
    };
    const char* const previews[] = {"1 5001", "1 5001", "1 5001", "1 5001", "1 5001",
                                    "6 5006", "6 5006", "6 5006", "9 5009"};
    for (std::uint32_t n = 1; n <= 9; ++n) {
      on.put(commit_of("a", n - 1, {late(n)}));
      on.put(commit_of("b", n - 1, {message(n, "other")}));
      CHECK(shown() == previews[n - 1]);
    }
    for (const std::uint64_t limit : {1, 2, 4, 9, 200}) {
      CAPTURE(limit);
      std::string all;
      for (std::uint64_t page = 1; page <= 9; ++page) {
        std::string texts;
        const auto rows = must(on.reader->messages(kClinic, ChatId("a"), {page, limit}));
        CHECK(rows->total == 9);
        for (const StoredMessage& row : rows->rows) texts += row.text;
        all = texts + all;
      }
      CHECK(all == "274358169");
    }
    CHECK(must(on.reader->message(kClinic, ChatId("a"), 7))->text == "7");

    // In one commit, as after a reconnect.
    MessageRecorded early = message(2, "early");
    early.provider_time = {1000};
    MessageRecorded last = message(1, "last");
    last.provider_time = {2000};
    on.put(commit_of("c", 0, {last, early}));
    CHECK(must(on.reader->chat(kClinic, ChatId("c")))->last_message_preview == "last");
    MessageUpdated edited;
    edited.number = 2;
    edited.text = "early, edited";
    on.put(commit_of("c", 1, {edited}));
    CHECK(must(on.reader->chat(kClinic, ChatId("c")))->last_message_preview == "last");
    edited.number = 1;
    on.put(commit_of("c", 2, {edited}));
    CHECK(must(on.reader->chat(kClinic, ChatId("c")))->last_message_preview == "early, edited");
  }

  TEST_CASE("sqlite reader: a page of messages is found by the index, without sorting the chat") {
    Fixture on;
    SQLite::Database raw(on.path.string(), SQLite::OPEN_READONLY);
    for (const char* filter : {"chat = ?", "chat = ? AND session = ?"}) {
      CAPTURE(filter);
      SQLite::Statement plan(raw, std::string("EXPLAIN QUERY PLAN SELECT text FROM messages WHERE ") + filter +
                                      " ORDER BY provider_time_ms DESC, id DESC LIMIT ? OFFSET ?");
      std::string text;
      while (plan.executeStep()) text += plan.getColumn(3).getString() + "\n";
      CHECK(text == "SEARCH messages USING INDEX messages_by_time (chat=?)\n");
    }
  }

  TEST_CASE("sqlite reader: search finds names and phones, whatever signs they hold") {
    Fixture on;
    const auto add = [&](const char* chat, const char* name, const char* phone) {
      Commit commit = commit_of(chat, 0);
      commit.facts.contact_name = name;
      commit.facts.contact_phone = phone;
      on.put(commit);
    };
    add("a", "Ada 100% Lovelace", "+49301234567");
    add("b", "Bob_by\\x", "+905551234567");
    add("c", "100 percent", "");
    CHECK(on.search("lovelace") == Ids{"a"});
    CHECK(on.search("100%") == Ids{"a"});
    CHECK(on.search("100") == Ids{"c", "a"});
    CHECK(on.search("b_b") == Ids{"b"});
    CHECK(on.search("y\\x") == Ids{"b"});
    CHECK(on.search("%") == Ids{"a"});
    CHECK(on.search("_") == Ids{"b"});
    CHECK(on.search("+49") == Ids{"a"});
    CHECK(on.search("(030) 123-45 67") == Ids{"a"});
    CHECK(on.search("1234567") == Ids{"b", "a"});
    add("d", "AYŞE IŞIK", "");
    CHECK(on.search("ayşe") == Ids{"d"});
    CHECK(on.search("isik") == Ids{"d"});
    add("e", "\xff raw", "");
    CHECK(on.search("\xff") == Ids{"e"});
    CHECK(on.search("nobody").empty());
    CHECK(on.search("' OR 1 --").empty());
    CHECK(must(on.reader->list_chats(kClinic, {ChatMode::ai, "lovelace"}, {})).total == 1);
    CHECK(must(on.reader->list_chats(kClinic, {ChatMode::human, "lovelace"}, {})).total == 0);
  }

  TEST_CASE("sqlite reader: messages, sessions and decisions come in pages from the latest on") {
    Fixture on;
    for (std::uint32_t n = 1; n <= 7; ++n) {
      SessionChanged session;
      session.number = n;
      session.phase = Phase::resolved;
      session.started_at = {n};
      session.resolved_by = ResolvedBy::manual;
      session.taken_over_by = UserId("ada");
      session.agent_last_interaction_at = Instant{n};
      Commit commit = commit_of("a", n - 1, {message(n, std::to_string(n)), session});
      commit.decision.event = SendSucceeded{{n, 1}, std::nullopt, std::nullopt};
      on.put(commit);
      on.put(commit_of("b", n - 1, {message(n, "other")}));
    }
    const ChatId chat("a");
    const auto messages = [&](std::uint64_t page) {
      const auto rows = must(on.reader->messages(kClinic, chat, {page, 3}));
      REQUIRE(rows.has_value());
      CHECK(rows->total == 7);
      std::string texts;
      for (const StoredMessage& row : rows->rows) texts += row.text;
      return texts;
    };
    CHECK(messages(1) == "567");
    CHECK(messages(2) == "234");
    CHECK(messages(3) == "1");
    CHECK(messages(4).empty());

    const auto sessions = must(on.reader->sessions(kClinic, chat, {1, 3}));
    REQUIRE((sessions && sessions->rows.size() == 3));
    CHECK(sessions->total == 7);
    const SessionRow& latest = sessions->rows[0];
    CHECK(latest.number == 7);
    CHECK(latest.resolved_by == ResolvedBy::manual);
    CHECK(latest.taken_over_by == UserId("ada"));
    CHECK_FALSE(latest.grace_deadline.has_value());
    CHECK(latest.agent_last_interaction_at == Instant{7});
    CHECK(latest.updated_at == Instant{1006});
    CHECK(sessions->rows[2].number == 5);

    const auto decisions = must(on.reader->decisions(kClinic, chat, {2, 3}));
    REQUIRE((decisions && decisions->rows.size() == 3));
    CHECK(decisions->total == 7);
    CHECK(decisions->rows[0].number == 1);
    CHECK(std::get<SendSucceeded>(decisions->rows[2].event).send.message == 4);
    REQUIRE(decisions->rows[2].policy != nullptr);
    CHECK(*decisions->rows[2].policy == Policy());
  }

  TEST_CASE("sqlite reader: sessions come by their start, also where it does not follow their number") {
    Fixture on;
    const std::int64_t starts[] = {30, 50, 10, 50, 40};
    for (std::uint32_t n = 1; n <= 5; ++n) {
      SessionChanged session;
      session.number = n;
      session.phase = Phase::resolved;
      session.started_at = {starts[n - 1]};
      on.put(commit_of("a", n - 1, {session}));
      on.put(commit_of("b", n - 1, {session}));
    }
    std::vector<SessionNumber> numbers;
    for (std::uint64_t page = 1; page <= 4; ++page) {
      const auto sessions = must(on.reader->sessions(kClinic, ChatId("a"), {page, 2}));
      REQUIRE(sessions);
      CHECK(sessions->total == 5);
      for (const SessionRow& row : sessions->rows) numbers.push_back(row.number);
    }
    CHECK(numbers == std::vector<SessionNumber>{4, 2, 5, 1, 3});
  }

  TEST_CASE("sqlite reader: a session that is stored again replaces its row") {
    Fixture on;
    SessionChanged session;
    session.number = 1;
    session.phase = Phase::waiting;
    session.grace_deadline = Instant{9};
    on.put(commit_of("a", 0, {session}));
    session.phase = Phase::human;
    session.taken_over_at = Instant{8};
    on.put(commit_of("a", 1, {session}));
    const auto sessions = must(on.reader->sessions(kClinic, ChatId("a"), {}));
    REQUIRE((sessions && sessions->rows.size() == 1));
    CHECK(static_cast<const SessionChanged&>(sessions->rows[0]) == session);
  }

  TEST_CASE("sqlite reader: another tenant's chat does not exist") {
    Fixture on;
    on.put(commit_of("a", 0, {message(1, "one")}));
    const TenantId other("other");
    CHECK(must(on.reader->list_chats(other, {}, {})).total == 0);
    CHECK_FALSE(must(on.reader->chat(other, ChatId("a"))));
    CHECK_FALSE(must(on.reader->messages(other, ChatId("a"), {})));
    CHECK_FALSE(must(on.reader->sessions(other, ChatId("a"), {})));
    CHECK_FALSE(must(on.reader->decisions(other, ChatId("a"), {})));
    CHECK_FALSE(must(on.reader->messages(kClinic, ChatId("unknown"), {})));
    CHECK(must(on.reader->messages(kClinic, ChatId("a"), {}))->rows.size() == 1);
  }

  TEST_CASE("sqlite reader: reading goes on while the store commits, and sees whole commits") {
    Fixture on;
    on.options.checkpoint_pages = 50;
    on.store = opened(on.path, on.options);
    on.put(commit_of("a", 0));
    std::atomic<bool> done{false};
    int failures = 0;
    int torn = 0;
    std::uint64_t reads = 0;
    std::thread other([&] {
      do {
        const auto chat = on.reader->chat(kClinic, ChatId("a"));
        const auto page = on.reader->messages(kClinic, ChatId("a"), {1, 1});
        if (!chat || !*chat || !page || !*page) {
          ++failures;
        } else if ((**chat).state.message_count > (*page)->total || (**chat).message_count % 2 != 0) {
          ++torn;  // two messages come with each commit
        }
        ++reads;
      } while (!done);
    });
    for (std::uint32_t n = 1; n <= 300; ++n) {
      Commit commit = commit_of("a", n, {message(2 * n - 1, "one"), message(2 * n, "two")});
      commit.state.message_count = 2 * n;
      on.put(commit);
    }
    done = true;
    other.join();
    CHECK(failures == 0);
    CHECK(torn == 0);
    CHECK(reads > 0);
    CHECK(must(on.reader->messages(kClinic, ChatId("a"), {}))->total == 600);
  }
}
